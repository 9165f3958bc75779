/** @type {import('next').NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  // Native modules and their loaders must stay outside the bundle.
  serverExternalPackages: ['better-sqlite3', 'onnxruntime-node', 'pino', 'pg', '@electric-sql/pglite', 'nodemailer'],
  // Types are checked by `npm run verify`, which every test run starts with; checking twice costs half a minute.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  // No picture here needs it, and it would work for anybody who asks.
  images: { unoptimized: true },
}
