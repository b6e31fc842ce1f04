# ntokend for Linux: built in one stage, and its program with the libraries it needs in the other, as a user that is nobody else.
#
#   docker build -t ntokend .
#   docker run --read-only -v ntokend-log:/var/lib/ntokend \
#       -v /etc/ntokend:/etc/ntokend:ro -v /etc/krb5.conf:/etc/krb5.conf:ro --cap-drop ALL --security-opt no-new-privileges \
#       -p 127.0.0.1:8080:8080 ntokend
#
# /etc/ntokend holds ntokend.conf and the keytab that it names, which user 10088 must be able to read. In a container "loopback" is the
# container's own: listen = 0.0.0.0:8080 with cleartext = anywhere, and publish the port on the host's loopback or behind a proxy. Who asks for
# /metrics comes from outside too: listen_health = 0.0.0.0:9464, and -p 127.0.0.1:9464:9464.
FROM debian:bookworm-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends \
        gcc libc6-dev meson ninja-build pkg-config python3 libgnutls28-dev libinih-dev libjansson-dev libkrb5-dev libmicrohttpd-dev libpq-dev \
        libsqlite3-dev nettle-dev
COPY . /src
RUN meson setup /build /src --prefix=/usr --buildtype=release -Dtests=false && ninja -C /build && DESTDIR=/image meson install -C /build --no-rebuild --strip

FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends \
        libgnutls30 libgssapi-krb5-2 libinih1 libjansson4 libkrb5-3 libmicrohttpd12 libnettle8 libpq5 libsqlite3-0 && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10088 ntokend && useradd --uid 10088 --gid 10088 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin ntokend \
    && install -d -o ntokend -g ntokend -m 0700 /var/lib/ntokend
COPY --from=build /image/usr/sbin/ntokend /usr/sbin/ntokend
ENV STATE_DIRECTORY=/var/lib/ntokend
USER 10088:10088
VOLUME /var/lib/ntokend
EXPOSE 8080
ENTRYPOINT ["/usr/sbin/ntokend"]
CMD ["--config", "/etc/ntokend/ntokend.conf"]
