// Asks for the token that the server wants.

import { byID } from "./elements.js";

/** Shows the dialog; the token, or null if the user closes it. */
export function askForToken(problem) {
  const dialog = byID("token-dialog");
  const field = byID("token");
  byID("token-detail").textContent = problem.detail;
  field.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      const token = field.value.trim();
      field.value = "";
      resolve(dialog.returnValue === "use" && token ? token : null);
    };
  });
}
