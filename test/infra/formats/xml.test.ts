import { toXml } from '../../../infra/formats/xml';

describe('the XML writer', () => {
  test('writes elements in their order, with texts, whole numbers and booleans', () => {
    const root = {
      name: 'hivemq',
      content: [
        { name: 'listeners', content: [] },
        { name: 'max-queue-size', content: 1000 },
        { name: 'enabled', content: false },
        { name: 'path', content: '/' },
      ],
    };
    expect(toXml(root)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<hivemq>
  <listeners>
  </listeners>
  <max-queue-size>1000</max-queue-size>
  <enabled>false</enabled>
  <path>/</path>
</hivemq>
`);
  });

  test('lets no text become markup, another character, or the name of an environment variable', () => {
    const text = `</a><b x='"'>&amp;]]>\r\n\t\${HOME}\u0085\u2028é🏭`;
    expect(toXml({ name: 'a', content: text })).toContain(
      `<a>&lt;/a&gt;&lt;b x='"'&gt;&amp;amp;]]&gt;&#13;\n\t&#36;{HOME}\u0085\u2028é🏭</a>`,
    );
  });

  test.each([
    ['a name that would be markup', { name: 'a b', content: '' }, '"a b" is no name of an element'],
    ['a control character', { name: 'a', content: 'x\u0000' }, 'XML cannot hold "x\\u0000"'],
    ['half a character', { name: 'a', content: '\ud83c' }, 'XML cannot hold "\\ud83c"'],
    ['a character that XML excludes', { name: 'a', content: '\uffff' }, 'XML cannot hold'],
    ['a number that is not whole', { name: 'a', content: 1.5 }, '1.5 is no whole number'],
  ])('refuses %s', (_, element, message) => {
    expect(() => toXml(element)).toThrow(message);
  });
});
