import { MQTT_IN_PERL } from './mqtt-in-perl';

/** Numbers of payloads that are passed over after a start: more than messages can be under way at once. */
export const NUMBERS = 20_000;

/**
 * A script for Perl that sends the broker messages of QoS 0 which nobody reads, so that it passes over numbers that it may have given
 * before it died. HiveMQ 2025.5 numbers payloads, and begins after the last one that it finds; of a message that was under way when it died
 * the queue may hold the number without the payload, and then the next message of that number is acknowledged and lost. To be run after
 * each start, before any client is let in: as the startup probe of the pod, since the Service leads to ready pods alone.
 *
 * Arguments: port on the loopback, a topic that the user may publish on, how many messages, a file with the user, a file with the password.
 * Ends with 1 and a sentence when the broker cannot be reached or does not let it.
 */
export const NUMBERS_PASSED = `
use strict;
use IO::Socket::INET;
my ($port, $topic, $count, $user, $password) = @ARGV;
${MQTT_IN_PERL}sub answer { my ($broker, $wanted, $what) = @_; my $got = ''; while (length $got < length $wanted) { sysread($broker, $got, length($wanted) - length $got, length $got) or last; } $got eq $wanted or die "the broker answers $what with " . unpack('H*', $got) . "\\n"; }
$SIG{PIPE} = 'IGNORE';
my $broker = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 5) or die "no broker on port $port: $@\\n";
$broker->syswrite(packet(0x10, text('MQTT') . pack('CCn', 4, 0xC2, 60) . text('') . text(content($user)) . text(content($password))));
answer($broker, pack('H*', '20020000'), 'the login');
my $message = packet(0x30, text($topic));
for (my $sent = 0; $sent < $count; $sent += 100) { print $broker $message x 100; }
$broker->flush;
$broker->syswrite(pack('H*', 'c000'));
answer($broker, pack('H*', 'd000'), 'a ping after the messages');
$broker->syswrite(pack('H*', 'e000'));
print "passed $count numbers\\n";
`;
