// Passkeys: a form with data-passkey="create" or "get" asks the browser, puts its answer into `credential`, and is sent.
// Options stand in the page (data-passkey-options) or are fetched when needed (data-passkey-from).
const decode = text => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
const encode = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const withIds = list => (list || []).map(one => ({ ...one, id: decode(one.id) }));

async function create(options, form) {
  const wish = { ...options, challenge: decode(options.challenge), excludeCredentials: withIds(options.excludeCredentials) };
  wish.user = { ...options.user, id: decode(options.user.id) };
  if (form.elements.passwordless && form.elements.passwordless.checked) {
    wish.authenticatorSelection = { ...options.authenticatorSelection, residentKey: "required", requireResidentKey: true, userVerification: "required" };
  }
  const made = await navigator.credentials.create({ publicKey: wish });
  const { attestationObject, clientDataJSON } = made.response;
  const transports = made.response.getTransports ? made.response.getTransports() : [];
  return answer(made, { attestationObject: encode(attestationObject), clientDataJSON: encode(clientDataJSON), transports });
}

async function get(options) {
  const wish = { ...options, challenge: decode(options.challenge), allowCredentials: withIds(options.allowCredentials) };
  const found = await navigator.credentials.get({ publicKey: wish });
  const { authenticatorData, clientDataJSON, signature, userHandle } = found.response;
  return answer(found, {
    authenticatorData: encode(authenticatorData), clientDataJSON: encode(clientDataJSON),
    signature: encode(signature), userHandle: userHandle ? encode(userHandle) : null,
  });
}

const answer = (credential, response) => ({
  type: credential.type, id: credential.id, rawId: encode(credential.rawId), response,
  clientExtensionResults: credential.getClientExtensionResults(),
});

async function optionsOf(form) {
  const from = form.dataset.passkeyFrom;
  const data = from
    ? await (await fetch(from, { headers: { Accept: "application/json" } })).json()
    : JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
  return (data.creation_options || data.request_options).publicKey;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async event => {
    event.preventDefault();
    const complaint = form.querySelector("[data-passkey-error]");
    complaint.hidden = true;
    try {
      const work = form.dataset.passkey === "create" ? create : get;
      form.elements.credential.value = JSON.stringify(await work(await optionsOf(form), form));
      form.submit();
    } catch {
      complaint.hidden = false;
    }
  });
}
