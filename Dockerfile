# The program in one image: every process of docker-compose.yml runs from it, as nobody in particular, on a read-only
# file system. Packages come from requirements.lock, each with its digest.
#
# The tag is exact but a tag can move: pin the digest that your own registry holds, as python:3.12-slim-bookworm@sha256:...
FROM python:3.12-slim-bookworm AS build
RUN python -m venv /opt/lagesbild
COPY requirements.lock /src/
RUN /opt/lagesbild/bin/pip install --no-cache-dir --no-compile --require-hashes -r /src/requirements.lock
COPY . /src
RUN /opt/lagesbild/bin/pip install --no-cache-dir --no-compile --no-deps --no-build-isolation /src

FROM python:3.12-slim-bookworm
RUN groupadd --gid 10001 lagesbild \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin lagesbild \
 && install -d -o 10001 -g 10001 -m 0700 /data
COPY --from=build /opt/lagesbild /opt/lagesbild
COPY LICENSE /opt/lagesbild/LICENSE
ENV PATH=/opt/lagesbild/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    LAGESBILD_DATA=/data
USER 10001:10001
WORKDIR /data
CMD ["lagesbild", "--help"]
