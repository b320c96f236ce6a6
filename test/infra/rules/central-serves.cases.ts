import { found, minimalWith } from './found';

describe('the rule that the centre serves what its plants send and take', () => {
  test('a signal that the centre does not serve is refused where the plant asks for it', () => {
    const estate = minimalWith(({ centrals: { centre }, plants: { york } }) => {
      centre.serves = ['oee/v1'];
      york.logs = { mebibytesPerDay: 50 };
    });
    expect(found('central-serves', estate)).toEqual([
      'error: plants.york.central: needs data/v1 for production data, and centre serves oee/v1 only; add data/v1 to centrals.centre.serves once the centre takes it, or name another centre',
      'error: plants.york.logs: needs logs/v1 for logs, and centre serves oee/v1 only; add logs/v1 to centrals.centre.serves once the centre takes it, or name another centre',
    ]);
  });

  test('a centre that serves what is used, and no more, is in order', () => {
    const estate = minimalWith(({ centrals: { centre } }) => {
      centre.serves = ['data/v1'];
    });
    expect(found('central-serves', estate)).toEqual([]);
  });

  test('a signal that the schema refused is not held against the plants', () => {
    const estate = minimalWith(({ centrals: { centre } }) => {
      centre.serves = ['data/v2'];
    });
    expect(found('central-serves', estate)).toEqual([]);
  });
});
