/** Options that `run.sh` of HiveMQ 2025.5 gives to Java, but for the folder of its home and for JMX. */
export const HIVEMQ_JAVA_OPTIONS: readonly string[] = [
  '-Djava.net.preferIPv4Stack=true',
  '--add-opens=java.base/java.lang=ALL-UNNAMED',
  '--add-opens=java.base/java.nio=ALL-UNNAMED',
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
  '--add-opens=jdk.management/com.sun.management.internal=ALL-UNNAMED',
  '--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED',
  '-Djava.security.egd=file:/dev/./urandom',
  '-Duser.language=en',
  '-Duser.region=US',
  '-XX:+CrashOnOutOfMemoryError',
];

/** Where the central broker's volume is mounted. Its root belongs to root, so that HiveMQ's own folder is one below it. */
export const HIVEMQ_VOLUME = '/data';

/** Where HiveMQ keeps sessions and messages. */
export const HIVEMQ_DATA = `${HIVEMQ_VOLUME}/hivemq`;

/**
 * The command of the central broker's container, in place of the image's `run.sh`: that one starts only where it may write to
 * `/opt/hivemq`, which is in the image, and opens JMX on port 9010 to everybody, without a password. HiveMQ itself writes to its
 * data and to `log` alone.
 */
export const HIVEMQ_COMMAND: readonly string[] = [
  'java',
  // Of its limit; Java's own default is a quarter. RocksDB and buffers of the network take the rest.
  '-XX:MaxRAMPercentage=50',
  '-Dhivemq.home=/opt/hivemq',
  `-Dhivemq.data.folder=${HIVEMQ_DATA}`,
  ...HIVEMQ_JAVA_OPTIONS,
  '-jar',
  '/opt/hivemq/bin/hivemq.jar',
];
