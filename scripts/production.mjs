// Loaded before a command starts: React and Ink are several times faster, and keep less memory, in production mode.
// Written as a module because `NODE_ENV=production node ...` in a package script does not work in every shell.
process.env.NODE_ENV ??= 'production';
