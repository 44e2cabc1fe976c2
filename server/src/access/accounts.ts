import { WatchedFiles } from '../config/watched-files.ts';
import type { PasswordHash } from './password-hash.ts';
import { hashPassword } from './password-hash.ts';
import type { UserEntry } from './user.ts';
import { readUsersFile } from './users-file.ts';

export interface AccountsOptions {
  /** The users file. */
  path: string;
  /** The environment's pair; an empty name = none. */
  username: string;
  password: string;
}

type Users = UserEntry[] | { problem: string };

/** Who may log in: the users of the file, and the one of the environment unless the file has that name too. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #files: WatchedFiles;
  #ownHash: PasswordHash | undefined;

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#files = new WatchedFiles([options.path]);
  }

  /** @returns the users at start, or what is wrong with the file */
  async read(): Promise<Users> {
    const contents = this.#files.start();
    return Array.isArray(contents) ? this.#usersOf(contents) : contents;
  }

  /** Tells of every change of the file. */
  watch(onNews: (users: Users) => void): void {
    this.#files.watch((news) => {
      if (Array.isArray(news)) void this.#usersOf(news).then(onNews);
      else onNews(news);
    });
  }

  async #usersOf([bytes]: readonly Buffer[]): Promise<Users> {
    const users = readUsersFile(String(bytes));
    if ('problem' in users) return users;
    const { username: name, password } = this.#options;
    if (name === '' || users.some((user) => user.name === name)) return users;
    // At the same cost as the file's users: how long an answer takes must not tell one from the others.
    this.#ownHash ??= await hashPassword(password, users[0]?.hash);
    return [...users, { name, hash: this.#ownHash, maxConnections: undefined, maxSymbols: undefined }];
  }
}
