import { MQTT_IN_PERL } from './mqtt-in-perl';

/**
 * A script for Perl that ends with 0 when a login may subscribe to topics at the broker. To be run before a program with a lasting session
 * begins: who logs in before its account has its role is let in and refused every subscription, for as long as it is connected; a program
 * that then finds its session does not subscribe again, and HiveMQ acknowledges and drops what nobody has subscribed to.
 *
 * Arguments: host, port without TLS, a file with the user, a file with the password, the topics. Ends with 1 and a sentence otherwise.
 */
export const MAY_SUBSCRIBE = `
use strict;
use IO::Socket::INET;
my ($host, $port, $user, $password, @topics) = @ARGV;
${MQTT_IN_PERL}sub bytes { my ($broker, $count) = @_; my $got = ''; while (length $got < $count) { sysread($broker, $got, $count - length $got, length $got) or die "the broker hung up\\n"; } return $got; }
$SIG{ALRM} = sub { die "the broker does not answer\\n" };
alarm 30;
my $broker = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => 10) or die "no broker at $host:$port: $@\\n";
$broker->syswrite(packet(0x10, text('MQTT') . pack('CCn', 4, 0xC2, 60) . text('') . text(content($user)) . text(content($password))));
my $login = bytes($broker, 4);
$login eq pack('H*', '20020000') or die "the broker answers the login with " . unpack('H*', $login) . "\\n";
$broker->syswrite(packet(0x82, pack('n', 1) . join('', map { text($_) . chr(1) } @topics)));
my $answer = bytes($broker, 4 + @topics);
my @codes = unpack('C*', substr($answer, 4));
for (0 .. $#topics) { $codes[$_] <= 2 or die "the login may not subscribe to $topics[$_] yet\\n"; }
$broker->syswrite(pack('H*', 'e000'));
print "may subscribe\\n";
`;
