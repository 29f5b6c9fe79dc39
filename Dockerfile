# `journey` alone in a container: docker run --rm -v "$PWD:/work" IMAGE check
FROM rust:1.95-slim-bookworm AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
COPY . /source
RUN cargo install --path /source/crates/cli --locked --root /out

FROM debian:bookworm-slim
# Letters for `journey graph --format png`.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/bin/journey /usr/local/bin/journey
COPY --from=build /source/LICENSE-MIT /source/LICENSE-APACHE /usr/share/doc/journey/
WORKDIR /work
ENTRYPOINT ["journey"]
