/** More resources than one user edits. The oldest are forgotten, and are then edited without If-Match. */
const maxRemembered = 1_000;

/** The ETags of the versioned resources that this client has seen, by path and by the returned object. */
export class Etags {
  private readonly byPath = new Map<string, string>();
  private readonly byObject = new WeakMap<object, string>();

  /** Remembers the ETag of a resource. A weak ETag names no version, so it cannot be sent as If-Match. */
  remember(path: string, response: Response, resource: unknown): void {
    const etag = response.headers.get('etag');
    if (!etag || etag.startsWith('W/')) return;
    if (typeof resource === 'object' && resource !== null) this.byObject.set(resource, etag);
    this.byPath.delete(path);
    this.byPath.set(path, etag);
    if (this.byPath.size > maxRemembered) this.byPath.delete([...this.byPath.keys()][0]!);
  }

  /** Forgets the version of a resource that was changed, and of everything below it. */
  forget(path: string): void {
    for (const known of this.byPath.keys()) if (`${known}/`.startsWith(`${path}/`)) this.byPath.delete(known);
  }

  forgetAll(): void {
    this.byPath.clear();
  }

  ofPath(path: string): string | undefined {
    return this.byPath.get(path);
  }

  ofObject(resource: object): string | undefined {
    return this.byObject.get(resource);
  }
}
