import { formatDuration } from '../../time.ts';
import type { Place, Selector } from '../plan.ts';
import { type Problems, shown } from '../problem.ts';
import { type Path, plainOf, spotOf, type Tree, treeAt } from '../tree.ts';

/** A scenario whose parts are each as the schema wants them, while they are joined into a plan and held against each other. */
export class Draft {
  readonly root: Tree;
  readonly problems: Problems;
  readonly durationUs: number;

  constructor(root: Tree, problems: Problems, durationUs: number) {
    this.root = root;
    this.problems = problems;
    this.durationUs = durationUs;
  }

  /** Where an entry stands, or null if an override put it there. */
  place(path: Path): Place | null {
    const spot = spotOf(this.root, path);
    return spot.kind === 'file' ? { line: spot.line, column: spot.column } : null;
  }

  /** What the scenario says at a path, as it says it; undefined if nothing. */
  written(path: Path): unknown {
    const tree = treeAt(this.root, path);
    return tree === undefined ? undefined : plainOf(tree);
  }

  says(path: Path): boolean {
    return treeAt(this.root, path) !== undefined;
  }

  /** The value at the path cannot stand beside the rest of the scenario. */
  contradiction(path: Path, expected: string, hint: string | null = null): void {
    this.problems.value(path, shown(this.written(path)), expected, hint);
  }

  /** The entries of a list, or the one that stands in place of a list, each with its path. */
  entries<T>(key: string, value: T | readonly T[]): readonly { readonly entry: T; readonly path: Path }[] {
    const isList = Array.isArray(value);
    const list = (isList ? value : [value]) as readonly T[];
    return list.map((entry, index) => ({ entry, path: isList ? [key, index] : [key] }));
  }

  /** `from` and `until` of an entry, by default the whole run. */
  window(
    path: Path,
    from: number | undefined,
    until: number | undefined,
  ): { readonly fromUs: number; readonly untilUs: number } {
    const fromUs = from ?? 0;
    const untilUs = until ?? this.durationUs;
    if (untilUs > this.durationUs) this.contradiction([...path, 'until'], this.beforeTheEnd('at or before'));
    else if (fromUs >= untilUs && until === undefined)
      this.contradiction([...path, 'from'], this.beforeTheEnd('before'));
    else if (fromUs >= untilUs)
      this.contradiction([...path, 'until'], `an instant after \`from\`, which is ${formatDuration(fromUs)}`);
    return { fromUs, untilUs };
  }

  /** An instant at which something is to happen. */
  instant(path: Path, us: number): number {
    if (us >= this.durationUs) this.contradiction(path, this.beforeTheEnd('before'));
    return us;
  }

  private beforeTheEnd(relation: string): string {
    return `an instant ${relation} the end of the run, which is ${formatDuration(this.durationUs)}`;
  }

  /** `rest` means nothing where there are no other sides. */
  refuseRest(path: Path, selector: Selector | undefined): void {
    if (selector !== undefined && hasRest(selector)) {
      this.contradiction(
        path,
        'a selector without `rest`, which has a meaning only where there are other sides',
        'write all',
      );
    }
  }
}

export function hasRest(selector: Selector): boolean {
  return selector.some((term) => term.kind === 'rest');
}
