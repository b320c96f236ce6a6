/**
 * A script for Perl that makes a folder where there is none, and gives it, and everything in it, the attribute `S` of chattr(1): the kernel then writes to the disk before a
 * program's write returns, in new files too, which inherit it. HiveMQ needs that, because it acknowledges a message before it flushes it:
 * what a power cut takes from it is not only what it acknowledged in the last seconds, but as many messages after its next start (see
 * docs/central-broker.md). It takes the owner of the folder, which of a volume's
 * root is root, no privilege, and a file system that has the attribute, such as ext4 and XFS;
 * ends with 1 and a sentence where it cannot. Perl is in every image that is made from Debian or Ubuntu, such as the broker's.
 *
 * Argument: the folder. Requests and flag: linux/fs.h, FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FS_SYNC_FL, on 64-bit x86 and Arm.
 */
export const WRITTEN_AT_ONCE = `
use strict;
sub synchronous {
  my ($path) = @_;
  return if -l $path;
  open(my $file, '<', $path) or die "$path cannot be opened: $!\\n";
  my $flags = pack('L2', 0, 0);
  ioctl($file, 0x80086601, $flags) or die "$path: its file system has no attribute for writing at once: $!; use ext4 or XFS\\n";
  my $wanted = unpack('L', $flags) | 8;
  ioctl($file, 0x40086602, pack('L2', $wanted, 0)) or die "$path: its file system refuses to write at once: $!; use ext4 or XFS\\n";
  ioctl($file, 0x80086601, $flags) && unpack('L', $flags) & 8 or die "$path: its file system does not keep the attribute; use ext4 or XFS\\n";
  return unless -d $path;
  opendir(my $folder, $path) or die "$path cannot be read: $!\\n";
  synchronous("$path/$_") for grep { $_ ne '.' && $_ ne '..' && (-d "$path/$_" || -f "$path/$_") } readdir($folder);
}
-d $ARGV[0] or mkdir($ARGV[0], 0700) or die "$ARGV[0] cannot be made: $!\\n";
synchronous($ARGV[0]);
print "$ARGV[0] is written at once\\n";
`;
