# syntax=docker/dockerfile:1
# CUDA by default; `docker build --build-arg Torch=cpu .` for machines without an NVIDIA GPU.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
ARG Torch=cuda
WORKDIR /source
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props BannedSymbols.txt .editorconfig appsettings.json ./
COPY build/ build/
COPY src/ src/
RUN dotnet publish src/Api -c Release -o /app -p:Torch=${Torch}

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /app /app

# The data directory is the only place that is written to.
RUN mkdir /data && chown "$APP_UID" /data
VOLUME /data
USER $APP_UID
WORKDIR /data

ENV Data__Path=/data \
    ASPNETCORE_HTTP_PORTS= \
    DOTNET_gcServer=0 \
    MALLOC_ARENA_MAX=2
EXPOSE 5080
# Bound to every interface, so Access__ApiKey must be given: without it the server refuses to start.
ENTRYPOINT ["dotnet", "/app/PatchSsl.Api.dll"]
CMD ["--urls", "http://0.0.0.0:5080"]
