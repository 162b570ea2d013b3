#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
# What Stoa kept is its operator's: even "purge" leaves /var/lib/stoa.
