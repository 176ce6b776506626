# The application image: web, worker and schedule are the same image with another command.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --uid 10001 povertycase

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN mkdir /data && chown povertycase /data

USER povertycase
ENV PYTHONUNBUFFERED=1 PC_PROFILE=production DATA=/data TZ=Asia/Shanghai
VOLUME /data
EXPOSE 8000
CMD ["docker/web"]
