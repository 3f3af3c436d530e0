/** What pages of one browser tell each other: who is signed in, or undefined after a sign-out. */
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('person') : undefined;

/** Handle of the person who was signed in when this page was made. */
export const personHere = (): string | undefined =>
  document.querySelector('form.account strong')?.textContent ?? undefined;

export const tellOtherPages = (person: string | undefined): void => channel?.postMessage(person);

export function onPerson(react: (person: string | undefined) => void): void {
  channel?.addEventListener('message', ({ data }: MessageEvent<string | undefined>) => react(data));
}
