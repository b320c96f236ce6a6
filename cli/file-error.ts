/** What the file system may answer to a path that a user chose. Anything else with a path is a defect of Millwright. */
const REFUSALS = [
  ...['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'EIO', 'EBUSY', 'EMFILE', 'ENFILE'],
  ...['ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY', 'ENOENT', 'ENAMETOOLONG', 'ELOOP', 'EXDEV'],
];

/** What the file system refused, as a sentence; undefined when an error is of another kind. */
export function fileErrorText(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, path, syscall, message } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined || syscall === undefined || !REFUSALS.includes(code)) return undefined;
  return syscall.startsWith('spawn') ? undefined : `the file system refused: ${message.replace(/^\w+: /, '')} (${code}).`;
}
