import { Accounts } from '../access/accounts.ts';
import type { UserEntry } from '../access/user.ts';
import type { ConfigProblem } from '../config/config-problem.ts';
import { formatProblem } from '../config/config-problem.ts';
import type { HotSettings, ServerConfig } from '../config/server-config.ts';
import { SettingsFile } from '../config/settings-file.ts';
import { ADMIN_TOKEN_ALLOWED, AdminToken } from '../ops/admin-token.ts';
import type { Logger } from '../ops/logger.ts';
import { TlsKeeper } from './tls-keeper.ts';

/** What the files hold. */
export interface FileContents {
  /** The environment's settings, but for those that the configuration file has. */
  hot: HotSettings;
  /** Of the users file, the environment's pair among them; empty = that pair alone. */
  users: readonly UserEntry[];
  /** Its files were read; undefined = plain TCP. */
  tls: TlsKeeper | undefined;
  /** undefined = no admin port. */
  adminToken: AdminToken | undefined;
}

interface Problems {
  problems: ConfigProblem[];
}

/** Who is told of changes. */
export interface FileFollower {
  applySettings(hot: HotSettings): void;
  applyUsers(users: readonly UserEntry[]): void;
}

/** The files that the environment names: read at the start, and followed while the server runs. */
export class MountedFiles {
  readonly #config: ServerConfig;
  readonly #settings: SettingsFile | undefined;
  readonly #tls: TlsKeeper | undefined;
  readonly #accounts: Accounts | undefined;
  #adminToken: AdminToken | undefined;

  constructor(config: ServerConfig) {
    this.#config = config;
    const { configFile, hot, tls, usersFile, username, password } = config;
    this.#settings = configFile === '' ? undefined : new SettingsFile(configFile, hot);
    this.#tls = tls.isEnabled ? new TlsKeeper(tls) : undefined;
    this.#accounts = usersFile === '' ? undefined : new Accounts({ path: usersFile, username, password });
  }

  /** @returns what they hold, or what is wrong with the first that is not valid */
  async read(): Promise<FileContents | Problems> {
    const hot = this.#settings?.read() ?? this.#config.hot;
    if ('problems' in hot)
      return { problems: hot.problems.map((problem) => ({ ...problem, name: `CONFIG_FILE ${problem.name}` })) };
    const problems = this.#tls?.read() ?? [];
    if (problems.length > 0) return { problems };
    const users = (await this.#accounts?.read()) ?? [];
    if ('problem' in users) {
      const allowed = `a users file; this one is not: ${users.problem}`;
      return { problems: [{ name: 'AUTH_USERS_FILE', value: this.#config.usersFile, allowed }] };
    }
    const adminToken = readAdminToken(this.#config);
    if (adminToken && 'problems' in adminToken) return adminToken;
    this.#adminToken = adminToken;
    return { hot, users, tls: this.#tls, adminToken };
  }

  /** Tells of every change of settings and users, and follows the admin token; what is not valid changes nothing. */
  watch(follower: FileFollower, logger: Logger): void {
    this.#accounts?.watch((next) => {
      if ('problem' in next) {
        logger.error('the users file is not valid; the old users stay', { problem: next.problem });
        return;
      }
      follower.applyUsers(next);
      logger.info('users changed', { users: next.length });
    });
    const { tokenFile } = this.#config.admin;
    if (tokenFile !== '') {
      this.#adminToken?.watch(tokenFile, (reason) =>
        logger.error('the admin token file is not valid; the old token stays', { reason }),
      );
    }
    this.#settings?.watch({
      onChange: (next) => follower.applySettings(next),
      onProblems: (problems) => {
        const problem = problems.map(formatProblem).join('; ');
        logger.error('the configuration file is not valid; the old settings stay', { problem });
      },
    });
  }
}

/** @returns undefined without a token: the admin port is off */
function readAdminToken({ admin }: ServerConfig): AdminToken | Problems | undefined {
  if (admin.token !== '') return new AdminToken(admin.token);
  if (admin.tokenFile === '') return undefined;
  try {
    return AdminToken.fromFile(admin.tokenFile);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const allowed = `the path of a file with ${ADMIN_TOKEN_ALLOWED} (${reason})`;
    return { problems: [{ name: 'ADMIN_TOKEN_FILE', value: admin.tokenFile, allowed }] };
  }
}
