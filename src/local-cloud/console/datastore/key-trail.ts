import { html, type Content } from '../../../runtime/html.ts';
import type { Key } from '../../datastore/protocol.ts';
import type { Partition } from '../../datastore/store/spaces.ts';
import { linkTo } from '../section.ts';
import { entityLink, nameOf, partitionQuery } from './entity-key.ts';

/** The way from the section to an entity: each element of its key path is a link, whether there is an entity or not. */
export function keyTrail({ path }: Key, partition: Partition): Content {
  const query = partitionQuery(partition);
  return html`<nav aria-label="Key path">
    <ol class="trail">
      <li><a href="${linkTo('/datastore', query)}">Datastore</a></li>
      ${path.map((element, at) => {
        const kind = linkTo('/datastore/kind', { kind: element.kind, ...query });
        const entity = entityLink({ path: path.slice(0, at + 1) }, partition);
        return html`<li><a href="${kind}">${element.kind}</a> <a href="${entity}">${nameOf(element)}</a></li>`;
      })}
    </ol>
  </nav>`;
}
