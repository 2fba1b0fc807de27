// Starts what Wagtail's templates start by inline scripts, which the content security policy forbids. Ours leave a
// <template> with the name of what to start and its options; elements that are added later are found as they come.
(() => {
  const name = "data-websites-start";
  const start = (mark) => {
    const what = mark.getAttribute(name);
    mark.removeAttribute(name);
    const options = JSON.parse(mark.dataset.websitesOptions);
    const target = mark.dataset.websitesTarget;
    if (target === undefined) new window[what](options);
    // Within a form that is only a pattern for others there is nothing to start yet.
    else if (target.includes("__prefix__")) return;
    else if (mark.hasAttribute("data-websites-new")) new window[what](target, options);
    else window[what](target, options);
  };
  // The editor of a text within a block has no name: it takes that of the panel where it stands.
  const text = '[role="textbox"]:not([aria-label], [aria-labelledby])';
  const call = (field) => {
    const panel = field.closest("[data-panel][aria-labelledby]");
    if (panel) field.setAttribute("aria-labelledby", panel.getAttribute("aria-labelledby"));
  };
  const look = (root) => {
    if (root.matches(text)) call(root);
    root.querySelectorAll(text).forEach(call);
    if (root.matches(`[${name}]`)) start(root);
    root.querySelectorAll(`[${name}]`).forEach(start);
  };
  document.addEventListener("DOMContentLoaded", () => {
    look(document.body);
    new MutationObserver((changes) => {
      for (const change of changes)
        for (const node of change.addedNodes) if (node.nodeType === Node.ELEMENT_NODE && node.isConnected) look(node);
    }).observe(document.body, { childList: true, subtree: true });
  });
})();
