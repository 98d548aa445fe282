#!/bin/sh
# Runs one test for prove: scripts by their interpreter, programs of GLib's test framework with TAP switched on.
case $1 in
*.py) exec /usr/bin/python3 "$@" ;;
*.sh) exec sh "$@" ;;
*) exec "$@" --tap ;;
esac
