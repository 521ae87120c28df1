#!/bin/sh
# Puts Plenary's hooks on a BigBlueButton server, or takes them away. Safe to run again.
#
#   ./install.sh               install or update; an existing plenary.yml stays as it is
#   ./install.sh --uninstall   remove; plenary.yml, the token, the log and what waits stay
#
# DESTDIR=FOLDER puts everything under FOLDER, with no owners set and nothing started.
set -eu
umask 022

here=$(cd "$(dirname "$0")" && pwd)
root=${DESTDIR:-}
user=bigbluebutton
scripts=$root/usr/local/bigbluebutton/core/scripts
program=$root/usr/local/lib/plenary-push
units=$root/etc/systemd/system

fail() {
	echo "install.sh: $1" >&2
	exit 1
}

# For this machine and not for an image of one.
live() {
	[ -z "$root" ]
}

systemd() {
	live && [ -d /run/systemd/system ]
}

# Names mode, owner, group and target, then makes the folder or copies the file.
folder() {
	install -d -m "$1" "$4"
	if live; then chown "$2:$3" "$4"; fi
}

file() {
	install -m "$1" "$4" "$5"
	if live; then chown "$2:$3" "$5"; fi
}

put() {
	command -v ruby >/dev/null || fail "ruby is missing"
	tar --version 2>/dev/null | grep -q GNU || fail "GNU tar is missing"

	for folder in "$program" "$program/lib" "$scripts/post_archive" "$scripts/post_publish" \
		"$root/usr/local/bin" "$root/etc/bigbluebutton" "$root/etc/cron.d" \
		"$root/etc/logrotate.d" "$units"; do
		[ -d "$folder" ] || folder 755 root root "$folder"
	done
	for folder in "$root/var/lib/plenary-push" "$root/var/lib/plenary-push/queue" \
		"$root/var/log/plenary-push"; do
		folder 750 $user $user "$folder"
	done

	# The program first: a hook must not find half of it.
	for source in "$here"/lib/*.rb; do
		file 644 root root "$source" "$program/lib/${source##*/}"
	done
	file 755 root root "$here/plenary-push" "$program/plenary-push"
	ln -sfn /usr/local/lib/plenary-push/plenary-push "$root/usr/local/bin/plenary-push"
	for stage in post_archive post_publish; do
		file 755 root root "$here/$stage/plenary.rb" "$scripts/$stage/plenary.rb"
	done

	file 644 root root "$here/plenary.yml.example" "$root/etc/bigbluebutton/plenary.yml.example"
	file 644 root root "$here/system/plenary-push.cron" "$root/etc/cron.d/plenary-push"
	file 644 root root "$here/system/plenary-push.logrotate" "$root/etc/logrotate.d/plenary-push"
	for unit in plenary-push.service plenary-push.timer; do
		file 644 root root "$here/system/$unit" "$units/$unit"
	done
	if systemd; then
		systemctl daemon-reload
		systemctl enable --quiet --now plenary-push.timer
	fi

	if [ ! -e "$root/etc/bigbluebutton/plenary.yml" ]; then
		echo "Now write /etc/bigbluebutton/plenary.yml; plenary.yml.example beside it says how."
	fi
}

remove() {
	if systemd && [ -e "$units/plenary-push.timer" ]; then
		systemctl disable --quiet --now plenary-push.timer
	fi
	# The hooks first: they must not look for a program that is gone.
	rm -f "$scripts/post_archive/plenary.rb" "$scripts/post_publish/plenary.rb" \
		"$root/usr/local/bin/plenary-push" "$program/plenary-push" "$program"/lib/*.rb \
		"$root/etc/bigbluebutton/plenary.yml.example" "$root/etc/cron.d/plenary-push" \
		"$root/etc/logrotate.d/plenary-push" \
		"$units/plenary-push.service" "$units/plenary-push.timer"
	for folder in "$program/lib" "$program"; do
		[ ! -d "$folder" ] || rmdir "$folder"
	done
	if systemd; then systemctl daemon-reload; fi

	queue=$root/var/lib/plenary-push/queue
	waiting=$(find "$queue" -type f \( -name '*.raw' -o -name '*.published' \) 2>/dev/null | wc -l)
	if [ "$waiting" -gt 0 ]; then
		echo "$waiting recordings still wait in $queue; they stay there."
	else
		rm -rf "$root/var/lib/plenary-push"
	fi
}

if live; then
	[ "$(id -u)" -eq 0 ] || fail "run it as root"
	id $user >/dev/null 2>&1 || fail "there is no user $user: is this a BigBlueButton server?"
fi
case "${1:-}" in
'') put ;;
--uninstall) remove ;;
*) fail "usage: install.sh [--uninstall]" ;;
esac
