import { randomBytes, scryptSync } from 'node:crypto';

/** A line of a users file, made independently of the server. @param ln cheap by default: tests check many */
export function usersFileLine(name: string, password: string, ln = 10): string {
  const salt = randomBytes(16);
  const key = scryptSync(password, salt, 32, { N: 2 ** ln, r: 8, p: 1, maxmem: 134_217_728 });
  const [saltText, keyText] = [salt, key].map((bytes) => bytes.toString('base64').replaceAll('=', ''));
  return `${name}:$scrypt$ln=${ln},r=8,p=1$${saltText}$${keyText}`;
}
