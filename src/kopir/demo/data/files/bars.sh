#!/bin/sh
# Draws the films of this folder with ffmpeg: bars that appear one after the other, three seconds each. No letter stands
# in them, so that one film serves every language; what it shows is told by subtitles.
set -eu
cd "$(dirname "$0")"

film() { # name, then the height of each bar in pixels
    name=$1
    shift
    bars="drawbox=x=60:y=320:w=520:h=2:color=0x0b0c0c:t=fill"
    x=100
    from=0
    for high in "$@"; do
        bars="$bars,drawbox=x=$x:y=$((320 - high)):w=120:h=$high:color=0x1d70b8:t=fill:enable='gte(t,$from)'"
        x=$((x + 160))
        from=$((from + 3))
    done
    ffmpeg -loglevel error -y -f lavfi -i "color=c=white:s=640x360:r=5:d=9" -vf "$bars" \
        -c:v libx264 -preset veryslow -crf 30 -pix_fmt yuv420p -movflags +faststart \
        -map_metadata -1 -fflags +bitexact -flags:v +bitexact "$name.mp4"
}

film trade-kz-tj 200 233 200
film trade-kz-uz 225 215 249
film bahri-tojik 178 277
