import { MonthRail } from './month-rail.ts';
import { PhotoGrid } from './photo-grid.ts';
import { PhotoSelection } from './photo-selection.ts';
import { SearchBox } from './search-box.ts';
import { startUploads } from './start-uploads.ts';
import { registerPolicy } from './trusted-types.ts';
import { UploadTray } from './upload-tray.ts';

registerPolicy();
// The rail listens before the grid says which day is in view.
customElements.define('month-rail', MonthRail);
customElements.define('photo-grid', PhotoGrid);
customElements.define('photo-selection', PhotoSelection);
customElements.define('search-box', SearchBox);
customElements.define('upload-tray', UploadTray);
startUploads();
// Few pages have such a button.
if (document.querySelector('passkey-button')) {
  void import('./passkey-button.ts').then(({ PasskeyButton }) =>
    customElements.define('passkey-button', PasskeyButton),
  );
}
// The documentation alone has these.
if (document.querySelector('docs-search')) {
  void import('./docs-search.ts').then(({ DocsSearch }) => customElements.define('docs-search', DocsSearch));
  void import('./try-operation.ts').then(({ TryOperation }) => customElements.define('try-operation', TryOperation));
}
