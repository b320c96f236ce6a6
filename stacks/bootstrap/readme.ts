/** The page beside the scripts. */
export const README = `# Rendered by millwright: edits here are lost

\`bootstrap.sh\` brings the cluster under Flux, \`remove.sh\` takes out what Millwright rendered. Both need \`kubectl\` as an administrator of the
cluster, tell with \`--help\` what they take, and are run again when they ended early. \`manifests\` is what they apply,
\`certificates\` what the keys are held against that they are given. Nothing here is secret.

The page bootstrap.md of Millwright's documentation tells what to have ready, and how to rebuild a cluster.
`;
