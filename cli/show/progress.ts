/** Shows progress: as a bar on a terminal, elsewhere as a line now and then. */
import type { WriteStream } from 'node:tty';

/** Shows the progress of one step at a time. */
export type Progress = {
  /** Begins a step of so many units; 0 if their number is not known. */
  readonly begin: (title: string, total: number, unit: string) => void;
  readonly advance: (by: number) => void;
  /** Writes a line without disturbing the bar. */
  readonly say: (line: string) => void;
  readonly end: () => void;
};

const barWidth = 30;
const betweenFramesMs = 100;
const betweenLinesMs = 10_000;

/** Returns a progress on a stream: the standard error, because the standard output is for the outcome alone. */
export function createProgress(stream: NodeJS.WriteStream, isQuiet: boolean): Progress {
  const isTerminal = (stream as Partial<WriteStream>).isTTY === true;
  let step: Step = { title: '', total: 0, done: 0, unit: '' };
  let shownAt = 0;

  const draw = (isLast: boolean): void => {
    const now = performance.now();
    if (isQuiet || step.title === '') return;
    if (!isLast && now - shownAt < (isTerminal ? betweenFramesMs : betweenLinesMs)) return;
    shownAt = now;
    stream.write(isTerminal ? `\r\x1b[2K${bar(step)}${isLast ? '\n' : ''}` : `${plain(step)}\n`);
  };
  return {
    begin(title, total, unit) {
      step = { title, total, done: 0, unit };
      shownAt = isTerminal ? 0 : performance.now();
      if (isTerminal) draw(false);
    },
    advance(by) {
      step.done += by;
      draw(false);
    },
    say(line) {
      stream.write(`${isTerminal && step.title !== '' ? '\r\x1b[2K' : ''}${line}\n`);
      shownAt = isTerminal ? 0 : shownAt;
    },
    end() {
      if (step.title !== '') draw(true);
      step = { title: '', total: 0, done: 0, unit: '' };
    },
  };
}

type Step = { readonly title: string; readonly total: number; done: number; readonly unit: string };

function bar({ title, total, done }: Step): string {
  const share = total > 0 ? Math.min(done / total, 1) : 0;
  const full = Math.round(share * barWidth);
  return `${title} [${'#'.repeat(full)}${'.'.repeat(barWidth - full)}] ${Math.floor(share * 100)} %`;
}

function plain({ title, total, done, unit }: Step): string {
  return `${title}: ${done.toLocaleString('en-GB')}${total > 0 ? ` of ${total.toLocaleString('en-GB')}` : ''} ${unit}s`;
}
