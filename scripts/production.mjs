// Loaded before a command starts.
import { setFlagsFromString } from 'node:v8';

// React and Ink are several times faster, and keep less memory, in production mode. Written as a module because
// `NODE_ENV=production node ...` in a package script does not work in every shell.
process.env.NODE_ENV ??= 'production';

// The event loop is one path through many small functions. V8 stops putting functions into one another long before the end of it; with more
// room for that, an event costs a quarter less (docs/performance.md).
setFlagsFromString('--max-inlined-bytecode-size=1500');
setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000');
// Parts of it run for every fifth event only, and are part of it all the same.
setFlagsFromString('--min-inlining-frequency=0.02');
