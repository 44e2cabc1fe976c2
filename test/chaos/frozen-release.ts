import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { Kubectl } from '../install/kubectl.ts';
import { isWorkWrite, type ProxiedRequest } from './fault.ts';

/** An object as an operator has sent it. */
interface SentObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly ownerReferences?: readonly { readonly uid: string }[] };
  readonly data?: Readonly<Record<string, string>>;
}

/** Stands for the uid of the TickStorm, which every run makes anew. */
const OWNER = 'UID-OF-THE-OWNER';

/** What an operator of a release has written for a TickStorm, frozen in files: what a newer one finds. */
export class FrozenRelease {
  readonly #folder: string;

  constructor(version: string) {
    this.#folder = join(import.meta.dirname, 'testdata', version);
  }

  get exists(): boolean {
    return existsSync(this.#folder);
  }

  get crd(): string {
    return join(this.#folder, 'crd.yaml');
  }

  /** Keeps what an operator sends; {@link freeze} writes it. */
  readonly sent: SentObject[] = [];
  readonly onRequest = (request: ProxiedRequest, body: Buffer): void => {
    if (isWorkWrite(request)) this.sent.push(JSON.parse(body.toString()) as SentObject);
  };

  /** Writes the files of this release, once: they are what users have. The contents of Secrets are left out. */
  async freeze(crd: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.crd, crd);
    const uid = this.sent.flatMap(({ metadata }) => metadata.ownerReferences ?? [])[0]!.uid;
    // Of several writes of an object the last one counts.
    const last = new Map(this.sent.map((object) => [`${object.kind}-${object.metadata.name}`, object]));
    const objects = [...last.values()].map((object) =>
      object.kind === 'Secret'
        ? { ...object, data: Object.fromEntries(Object.keys(object.data ?? {}).map((key) => [key, ''])) }
        : object,
    );
    await writeFile(join(this.#folder, 'objects.yaml'), stringify(objects).replaceAll(uid, OWNER));
  }

  /** Puts everything there as the operator of the release has left it. */
  async restore(kubectl: Kubectl, uid: string): Promise<void> {
    const text = await readFile(join(this.#folder, 'objects.yaml'), 'utf8');
    const objects = parse(text.replaceAll(OWNER, uid)) as readonly SentObject[];
    for (const object of objects) {
      const isStatus = object.kind === 'TickStorm';
      const manager = `--field-manager=tickstorm-operator${isStatus ? '-status' : ''}`;
      const data = Object.fromEntries(
        Object.keys(object.data ?? {}).map((key) => [key, randomBytes(24).toString('base64')]),
      );
      const full = object.kind === 'Secret' ? { ...object, data } : object;
      await kubectl.apply(full, ['--server-side', manager, ...(isStatus ? ['--subresource=status'] : [])]);
    }
  }
}
