import { processTerminal } from '../../cli/terminal';

/** What a terminal writes to both of its streams, in order. */
function written(isTTY: boolean, act: (terminal: ReturnType<typeof processTerminal>) => void): string[] {
  const before = process.stderr.isTTY;
  process.stderr.isTTY = isTTY;
  const lines: string[] = [];
  const spies = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0),
  );
  try {
    act(processTerminal());
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.stderr.isTTY = before;
  }
  return lines;
}

const CLEAR = '\r\u001b[2K';

describe('progress', () => {
  const act = (terminal: ReturnType<typeof processTerminal>) => {
    terminal.progress('rendering a');
    terminal.progress('rendering b');
    terminal.out('a result');
    terminal.progress('writing');
    terminal.say('a word');
    terminal.progress('');
  };

  test('replaces itself on a terminal, and never mixes with a line', () => {
    expect(written(true, act)).toEqual(['rendering a', CLEAR, 'rendering b', CLEAR, 'a result\n', 'writing', CLEAR, 'a word\n']);
  });

  test('is not written to a pipe or a log', () => {
    expect(written(false, act)).toEqual(['a result\n', 'a word\n']);
  });
});
