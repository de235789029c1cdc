# One image for all roles: intake, worker and console are the same code, each started with its own command, as a user
# of its own, with its own keys only (docs/deploy/README.md). Nothing is written outside DIR (/srv/cdop) and /tmp, so the
# root file system can be read-only.

FROM python:3.11-slim AS build
COPY requirements.txt /build/
RUN python -m venv /opt/gateway \
    && /opt/gateway/bin/pip install --no-cache-dir --require-hashes -r /build/requirements.txt
COPY gateway /opt/gateway/app/gateway
COPY config /opt/gateway/app/config
COPY LICENSE THIRD-PARTY-NOTICES.md /opt/gateway/app/
RUN /opt/gateway/bin/python -m compileall -q /opt/gateway/app

FROM python:3.11-slim
# gpg: OpenPGP. openssl: S/MIME. pango and a font: the PDF of a hand-over.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        gnupg openssl libpango-1.0-0 libpangoft2-1.0-0 libseccomp2 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/gateway /opt/gateway
ENV PATH=/opt/gateway/bin:$PATH PYTHONPATH=/opt/gateway/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# The worker's number in config/gateway.toml ([users]); each role is given its own with --user.
USER 64102:64102
VOLUME /srv/cdop
EXPOSE 25 465 443 8443
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "gateway"]
CMD ["run", "worker", "--dir", "/srv/cdop"]
