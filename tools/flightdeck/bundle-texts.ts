// The texts of a bundle that people and Docker read.
import type { BundleManifest } from '@/lib/edge/contract'

/** As Docker names the processor. */
const DOCKER_ARCH: Readonly<Record<string, string>> = { x64: 'amd64' }

function dockerPlatform(platform: string): string {
  const [system = '', arch = ''] = platform.split('/')
  return `${system}/${DOCKER_ARCH[arch] ?? arch}`
}

export function dockerfile(platform: string): string {
  return `# Built without network once node:20-slim is there: docker build --platform ${dockerPlatform(platform)} -t edge .
FROM node:20-slim
WORKDIR /edge
COPY --chown=root:root . .
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080 FLIGHTDECK_DATA_DIR=/data
VOLUME /data
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/main.mjs"]
`
}

export const dockerIgnore = `data
`

export function readme({ model, environment, version, release, id, createdAt, createdBy, flightdeck, platform, explainer, runtime }: BundleManifest): string {
  const unpacked = Math.ceil(runtime.reduce((sum, file) => sum + file.bytes, 0) / 1e6)
  return `# ${model.name} v${version.number}, as released to ${environment}

Bundle ${id} of ${createdAt}, exported by ${createdBy} with Flightdeck ${flightdeck} for ${platform}. Release ${release.id}: ${release.reason.replaceAll(/\s+/g, ' ')}

This folder answers for the model without network, database or anything to install but Node 20.

## Run

    docker build --platform ${dockerPlatform(platform)} -t ${model.slug}-edge .
    docker run -d --name ${model.slug} -p 8080:8080 -v ${model.slug}-data:/data ${model.slug}-edge

or without Docker:

    PORT=8080 FLIGHTDECK_DATA_DIR=/var/lib/${model.slug} node server/main.mjs

    curl http://127.0.0.1:8080/api/models/${model.slug}/predict -H "Authorization: Bearer $TOKEN" \\
      -H "Content-Type: application/json" -d '{"inputs": {…}, "environment": "${environment}"}'

The fields of \`inputs\` are in signature.json. The token was printed once when the bundle was made, or named there; only its hash is here. ${explainer ? 'Reasons are given with answers where they are asked for.' : 'Reasons are not given here: they are explained at home.'}

Settings: \`HOST\`, \`PORT\`, \`FLIGHTDECK_DATA_DIR\` (must allow programs to be run from it: ONNX Runtime is unpacked there, ${unpacked} MB), \`FLIGHTDECK_SPOOL_MEGABYTES\` (1024), \`FLIGHTDECK_LOG_LEVEL\`.

## Bring the predictions home

Each answer is on disk, in \`spool/\` of the data directory, before it is given. Whenever there is network:

    npx flightdeck upload-spool DATA_DIR --bundle . --url https://flightdeck.example.com --token fd_…

Bringing the same rows twice counts them once.

## Verify

At each start every file is held to its SHA-256 in bundle.json; a changed one is named and nothing is answered. That of bundle.json itself was printed when the bundle was made.
`
}
