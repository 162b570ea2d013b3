#!/bin/sh
set -e
if ! getent passwd stoa >/dev/null; then
	if command -v systemd-sysusers >/dev/null; then
		systemd-sysusers /usr/lib/sysusers.d/stoa.conf
	else
		useradd --system --user-group --home-dir /var/lib/stoa --no-create-home --shell /usr/sbin/nologin stoa
	fi
fi
install -d -m 0700 -o stoa -g stoa /var/lib/stoa
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	# A first installation waits for its operator; an update goes on.
	systemctl try-restart stoa.service
fi
