FROM python:3.11-slim

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

WORKDIR /srv/hub

# The lock first: its layer is rebuilt only when a dependency changes.
COPY requirements.lock ./
RUN python -m pip install --require-hashes -r requirements.lock

COPY . ./
RUN python -m pip install --no-deps --no-build-isolation .

# An empty volume takes owner and mode from here, so that the data folder is the hub's alone.
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin hub \
    && install -d -o hub -g hub -m 0700 /data /passwords
USER 10001
WORKDIR /data
VOLUME /data

ENV HUB_DATA=/data
EXPOSE 8443

ENTRYPOINT ["hub"]
CMD ["--help"]
