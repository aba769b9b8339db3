// Strings of the pages in the language of the editor. The extension writes its bundle of translations into the page (pageHtml in
// src/extension/page.ts); `npm run l10n` collects what is called with `t` here.
import * as l10n from "@vscode/l10n";

const bundle = document.getElementById("l10n")?.textContent;
if (bundle) l10n.config({ contents: bundle });

/**
 * The message in the reader's language, with `{0}`, `{1}` … (or `{name}` from one record) replaced. The message must be written
 * out at the call, since it is what translators get.
 */
export const t = l10n.t;
