import { html } from '../../../runtime/html.ts';
import type { SharedPhoto } from '../../photos/schemas.ts';

/** The tags by which messengers show a picture with a link (Open Graph). They take absolute addresses alone. */
export function pictureTags(
  publicUrl: string,
  { variants: { medium }, alt, caption }: Pick<SharedPhoto, 'variants' | 'alt' | 'caption'>,
) {
  return html`<meta property="og:image" content="${publicUrl}${medium.url}" />
    <meta property="og:image:width" content="${medium.width}" />
    <meta property="og:image:height" content="${medium.height}" />
    <meta property="og:image:alt" content="${alt || caption}" />
    <meta name="twitter:card" content="summary_large_image" />`;
}
