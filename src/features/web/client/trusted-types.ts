/** What TypeScript's DOM types do not have yet. https://w3c.github.io/trusted-types/dist/spec/ */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createHTML(markup: string): string | null; createScriptURL(url: string): string | null },
  ): unknown;
}

/** The lightbox draws its buttons by `innerHTML`. Its icons are svg elements of these tags and attributes alone. */
const ICON =
  /^(?:<svg aria-hidden="true" class="pswp__icn" viewBox="[\d ]+" width="\d+" height="\d+">(?:<(?:path|use|circle)(?: (?:d|id|class|fill|fill-rule|clip-rule|xlink:href)="[\w#. ,-]*")*\s*(?:\/>|><\/(?:path|use|circle)>))*<\/svg>)?$/;

/** The script that hashes files and shrinks pictures for the upload tray. Its name ends as that of this script. */
export const UPLOAD_WORKER = new URL(`upload-worker.${import.meta.url.split('.').at(-1)}`, import.meta.url).href;

/**
 * Registers the one policy of pages: markup in a text is refused unless it is an icon of the lightbox, and no script but
 * the upload worker is started by its address. Pages of our own are parsed by `fetchPage` without a text. Browsers without
 * Trusted Types need no policy.
 */
export function registerPolicy(): void {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  factory?.createPolicy('default', {
    createHTML: (markup) => (ICON.test(markup) ? markup : null),
    createScriptURL: (url) => (url === UPLOAD_WORKER ? url : null),
  });
}
