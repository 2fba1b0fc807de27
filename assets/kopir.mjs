// What the pages do with JavaScript on; each page works without. Held under 15 KB by tests/structure/test_assets.py.
import {
  Button,
  createAll,
  ErrorSummary,
  NotificationBanner,
  PasswordInput,
  ServiceNavigation,
} from "govuk-frontend";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const Component of [Button, ErrorSummary, NotificationBanner, PasswordInput, ServiceNavigation]) {
  createAll(Component);
}
