import { expect, it } from '@jest/globals';
import { roundCosts as costs } from './costs-fixture.ts';
import { scalingPage } from './scaling-page.ts';

it('puts the costs through the arithmetic', () => {
  const page = scalingPage(costs);
  expect(page).toContain('| 10,000 | 100 ms | 140 % | 150 MB |');
  // 4 × 10⁷ deliveries at 14 µs and 70 %; 10⁷ × (2,000 × 50 + 4 × 20) bytes.
  expect(page).toContain(
    '| all of 2,000 ticks/s, every 250 ms | 40 million | 800 | 400 | 8,006 Gbit/s | 321 | bandwidth |',
  );
  expect(page).toContain('| `MINUTE`, 200 symbols | 0.17 million | 4 | 223 |');
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
});
