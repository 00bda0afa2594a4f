# syntax=docker/dockerfile:1
# docker build -t liveface --build-arg VERSION=0.1.0 --build-arg REVISION=$(git rev-parse HEAD) .

FROM node:24-bookworm-slim AS build
WORKDIR /liveface
COPY package.json package-lock.json .npmrc ./
# No install script is needed: what runs on Node 24 brings compiled code for this platform, and so do the build tools.
RUN npm ci --include=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build
# Stays: what a server on this platform loads. Goes: build tools, other platforms' libraries, the driver of Node 20, and
# the packages of nets, which are compiled by now; one picture of theirs is the example of a first start.
RUN npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && find node_modules/onnxruntime-node/bin -type f ! -path "*/linux/$(node -p process.arch)/*" -delete \
 && find node_modules/better-sqlite3-13/prebuilds -type f ! -name "linux-$(node -p process.arch).node" -delete \
 && rm -r node_modules/better-sqlite3-13/deps node_modules/better-sqlite3-13/src \
 && rm -r node_modules/better-sqlite3 node_modules/@vladmandic/human \
 && find node_modules/@vladmandic/face-api -type f ! -name package.json ! -name LICENSE ! -name sample6.jpg -delete \
 && find node_modules dist -type f \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' \) -delete \
 && chmod 755 dist/cli.js && chmod -R a+rX dist .cache/models

FROM node:24-bookworm-slim
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Liveface" \
      org.opencontainers.image.description="Face liveness and face match behind the APIs of four hosted services" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /liveface
COPY --from=build /liveface/package.json /liveface/LICENSE /liveface/NOTICE /liveface/sbom.cdx.json ./
COPY --from=build /liveface/node_modules node_modules
COPY --from=build /liveface/models models
COPY --from=build /liveface/.cache/models .cache/models
COPY --from=build /liveface/dist dist
# A volume made from this folder belongs to the user too.
RUN ln -s /liveface/dist/cli.js /usr/local/bin/liveface \
 && install -d -o node -g node -m 700 /data
# The platform restarts what ends, and other machines reach a container: so production mode, without our supervisor.
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8080 \
    LIVEFACE_DATA_DIR=/data \
    LIVEFACE_PRODUCTION=true \
    LIVEFACE_SUPERVISE=false
USER node
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/liveface/dist/cli.js"]
CMD ["serve"]
