import { afterAll, beforeAll, expect, test } from 'vitest';
import { signUp } from '#lib/site/accounts/sign-up.ts';
import { unique } from '#test/support/site/scene.ts';
import { openTestSite, type TestSite } from '#test/support/site/test-site.ts';

let here: TestSite;
beforeAll(async () => {
  here = await openTestSite();
});
afterAll(() => here.close());

const attempt = (password: string, email = `${unique('ada')}@example.org`) =>
  signUp(here.site, { name: 'Ada Moreau', email, password }, { address: unique('address') });

test('the commonest passwords are refused beside their field, in any letter case', async () => {
  for (const password of ['1234567890', 'qwertyuiop', 'QWERTYuiop', 'Football123', 'iloveyou123']) {
    await expect(attempt(password), password).rejects.toMatchObject({
      code: 'INVALID',
      fields: { password: expect.stringContaining('guessed first') },
    });
  }
  await attempt('four unlikely words here');
});

test('a password that is the name or the address is refused', async () => {
  const email = `${unique('ada')}@example.org`;
  await expect(attempt(email, email)).rejects.toMatchObject({ fields: { password: expect.any(String) } });
  await expect(attempt('ada moreau')).rejects.toMatchObject({ fields: { password: expect.any(String) } });
});
