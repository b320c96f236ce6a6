/** What scripts for Perl share that speak MQTT 3.1.1: the content of a file without its last line feed, a text and a packet as bytes. */
export const MQTT_IN_PERL = `sub content { open(my $file, '<', $_[0]) or die "$_[0]: $!\\n"; local $/; my $text = <$file>; $text =~ s/\\n\\z//; return $text; }
sub text { return pack('n', length $_[0]) . $_[0]; }
sub packet {
  my ($type, $body) = @_;
  my ($length, $bytes) = (length $body, '');
  do { my $byte = $length % 128; $length = int($length / 128); $bytes .= chr($length ? $byte | 128 : $byte); } while ($length);
  return chr($type) . $bytes . $body;
}
`;
