import { describe, expect, it } from 'vitest';
import type { ValueKey } from '../../../shared/directory/values.ts';
import {
  errorPrefix,
  errorRowKey,
  historyRowKey,
  historySince,
  keyPart,
  type KeyRange,
  keysAfter,
  keysFrom,
  keysUpTo,
  momentOfInverted,
  storedValue,
  textOfKeyPart,
  timedRowsBefore,
  valueOfStored,
  valueRowKey,
} from '../../../shared/store/keys.ts';
import { everyCharacter } from '../../support/hostile/characters.ts';

/** The characters that the storage refuses in a key. */
const forbiddenInKey = /[/\\#?\p{Cc}]/u;

describe('keyPart()', () => {
  it.each([
    ['joe@contoso.com', 'joe@contoso.com'],
    ['7bQ/k2+fUkaS0hZr1tq0Xw==', '7bQ!2fk2+fUkaS0hZr1tq0Xw=='],
    ['a|b!c', 'a!7cb!21c'],
    ['jörg\u0085(x)', 'jörg!85(x)'],
    ['Joe\u2028Wood', 'Joe!lWood'],
    ['Joe\u2029Wood', 'Joe!pWood'],
    ['--changesetresponse_x', '!2d-changesetresponse_x'],
    ['---changesetresponse_--changesetresponse_', '-!2d-changesetresponse_!2d-changesetresponse_'],
    ['--changesetResponse_, --changeset_', '--changesetResponse_, --changeset_'],
  ])('writes %j as %j', (text, part) => {
    expect(keyPart(text)).toBe(part);
    expect(textOfKeyPart(part)).toBe(text);
  });

  it('escapes every character that a key must not contain, and textOfKeyPart() reads it back', () => {
    const wrong = everyCharacter.filter((character) => {
      const part = keyPart(`a${character}b`);
      return forbiddenInKey.test(part) || /[\u2028\u2029'%{}|]/.test(part) || textOfKeyPart(part) !== `a${character}b`;
    });
    expect(wrong).toEqual([]);
  });

  it('keeps the key of an error within 512 characters for the longest value and anchor', () => {
    for (const character of ['\u2028', '/', '\u0085']) {
      const began = { whenStarted: new Date(0).toISOString(), place: 9_999_999 };
      const key = errorRowKey(`upn|${character.repeat(300)}`, began, character.repeat(59));
      expect(key.length).toBeLessThanOrEqual(512);
      expect(textOfKeyPart(key.slice(key.lastIndexOf('|') + 1))).toBe(character.repeat(59));
    }
  });
});

describe('errorRowKey()', () => {
  it('sorts the objects that wait for a value by the moment, then by the place', () => {
    const since = (seconds: number, place?: number) => ({
      whenStarted: new Date(seconds * 1_000).toISOString(),
      ...(place === undefined ? {} : { place }),
    });
    const keys = [since(1, 2), since(1, 12), since(1, 100), since(2, 0), since(3)].map((began, index) =>
      errorRowKey('smtp|x@contoso.com', began, `a${9 - index}`),
    );
    expect(keys.toSorted()).toEqual(keys);
  });
});

describe('historyRowKey()', () => {
  const event = {
    at: new Date('2026-11-16T08:00:00.000Z'),
    event: 'quarantined',
    runId: 'run',
    key: 'upn|joe@contoso.com',
    sourceAnchor: 'a/+',
    objectId: 'object',
    whenStarted: '2026-11-16T08:00:00.000Z',
  } as const;

  it('sorts the newest event first', () => {
    const later = { ...event, at: new Date('2026-11-16T08:00:00.001Z') };
    expect(historyRowKey(later) < historyRowKey(event)).toBe(true);
  });

  it.each([
    { event: 'released' },
    { runId: 'another' },
    { key: 'smtp|joe@contoso.com' },
    { sourceAnchor: 'A/+' },
    { objectId: 'another' },
    { whenStarted: '2026-11-16T07:00:00.000Z' },
  ] as const)('tells the event from one with another %o', (change) => {
    expect(historyRowKey({ ...event, ...change })).not.toBe(historyRowKey(event));
  });
});

describe('textOfKeyPart()', () => {
  it.each(['!2F', '!28', '!u2028', '!L', '!x', 'a!', '\u2028', '--changesetresponse_', '!~'])(
    'returns null for %j, which keyPart() never writes',
    (part) => expect(textOfKeyPart(part)).toBeNull(),
  );
});

describe('storedValue()', () => {
  it.each([
    ['upn|joe@contoso.com', 'upn|joe@contoso.com', 'value|upn|joe@contoso.com'],
    ['smtp|joe@contoso.com', 'proxy|joe@contoso.com', 'value|proxy|joe@contoso.com'],
    ['other|x500:/o=contoso', 'other|x500:/o=contoso', 'value|other|x500:!2fo=contoso'],
  ] as const)('writes %s as %s, and its row key as %s', (key, stored, rowKey) => {
    expect(storedValue(key)).toBe(stored);
    expect(valueOfStored(stored)).toBe(key);
    expect(valueRowKey(key)).toBe(rowKey);
  });
});

describe('the ranges of keys', () => {
  const isIn = (rowKey: string, { from, below }: KeyRange): boolean => rowKey >= from && rowKey < below;

  it('keysFrom() contains exactly the keys with the prefix', () => {
    const range = keysFrom('error|');
    const keys = ['error', 'error|', 'error|a', 'error|~\uffff', 'error}', 'errors', 'failure|a'];
    expect(keys.filter((key) => isIn(key, range))).toEqual(['error|', 'error|a', 'error|~\uffff']);
  });

  it('keysFrom() an error prefix leaves out values that begin alike', () => {
    const range = keysFrom(errorPrefix('smtp|joe@contoso.com'));
    const keyOf = (value: ValueKey): string => errorRowKey(value, { whenStarted: new Date(0).toISOString() }, 'a');
    expect(isIn(keyOf('smtp|joe@contoso.com'), range)).toBe(true);
    expect(isIn(keyOf('smtp|joe@contoso.com.au'), range)).toBe(false);
    expect(isIn(keyOf('smtp|joe@contoso.co'), range)).toBe(false);
    expect(isIn(keyOf('upn|joe@contoso.com'), range)).toBe(false);
  });

  it('keysAfter() leaves out the key itself, and keeps the next one', () => {
    const range = keysAfter('object|a', keysFrom('object|'));
    expect(['object|a', 'object|a!20', 'object|a0', 'object|b', 'value|a'].filter((key) => isIn(key, range))).toEqual([
      'object|a!20',
      'object|a0',
      'object|b',
    ]);
  });

  it('keysUpTo() contains both ends, and no key that goes on after the last', () => {
    const range = keysUpTo('b', 'd');
    expect(['a', 'b', 'c', 'd', 'd0', 'e'].filter((key) => isIn(key, range))).toEqual(['b', 'c', 'd']);
  });
});

describe('the ranges of the history', () => {
  const moment = new Date('2026-11-16T08:00:00.000Z');
  const ms = (more: number): Date => new Date(moment.getTime() + more);
  const keyAt = (at: Date): string =>
    historyRowKey({
      ...{ at, event: 'quarantined', runId: 'run', key: 'upn|joe@contoso.com', sourceAnchor: 'a', objectId: 'o' },
      whenStarted: moment.toISOString(),
    });
  const isIn = (rowKey: string, { from, below }: KeyRange): boolean => rowKey >= from && rowKey < below;

  it('historySince() contains the events of the moment, and none before', () => {
    const range = historySince(moment);
    expect([-1, 0, 1].map((more) => isIn(keyAt(ms(more)), range))).toEqual([false, true, true]);
  });

  it('timedRowsBefore() contains the events before the moment, and none of it', () => {
    const range = timedRowsBefore('history', moment);
    expect([-1, 0, 1].map((more) => isIn(keyAt(ms(more)), range))).toEqual([true, false, false]);
  });

  it('timedRowsBefore() a moment before 1970 contains no event from 1970 on', () => {
    const range = timedRowsBefore('history', new Date(-1));
    expect([new Date(1), moment].map((at) => isIn(keyAt(at), range))).toEqual([false, false]);
  });

  it('momentOfInverted() reads the moment of a key back', () => {
    expect(momentOfInverted(keyAt(moment).split('|')[1] ?? '')).toEqual(moment);
    expect(momentOfInverted('quarantined').getTime()).toBeNaN();
  });
});
