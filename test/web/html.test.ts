import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { html, renderDocument, type Content } from '../../src/runtime/html.ts';

/** What comes out after the doctype. */
const render = (content: Content) => renderDocument(html`${content}`).slice('<!doctype html>\n'.length, -1);

/** What a browser reads in the markup of a text. */
const decode = (markup: string) => markup.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));

describe('the html template', () => {
  test('the html template escapes whatever text it is given, so that none can open a tag or end an attribute', () => {
    const isHarmless = (text: string) => !/[<>"'`]/.test(render(text));
    assert(property(string(), isHarmless));
  });

  test('the html template gives a browser back the very text', () => {
    const comesBack = (text: string) => decode(render(text)) === text;
    assert(property(string(), comesBack));
  });

  test('the html template takes its own markup as it is, one piece or a list of them', () => {
    const items = ['<b>', '&'].map((text) => html`<i>${text}</i>`);
    expect(render(html`<p>${items}</p>`)).toBe('<p><i>&#60;b&#62;</i><i>&#38;</i></p>');
  });

  test('the html template leaves out what is nothing, but not zero', () => {
    expect(render([null, undefined, false, '', 0])).toBe('0');
  });

  test('the html template does not take an object that merely looks like markup', () => {
    const forged = { markup: '<script>' } as unknown as Content;
    expect(() => render(forged)).toThrow(TypeError);
  });
});
