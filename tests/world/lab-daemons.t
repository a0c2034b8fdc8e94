#!/bin/bash
# SPDX-License-Identifier: ISC
#
# The configurations that `dxemu plan --configs` writes: BIRD takes each of them; and with the network of `dxemu plan`
# around them, sessions and tunnels come up, the traffic goes where AWS would send it, and elsewhere when that fails.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/../lib.sh"
need ip ping bird birdc swanctl nsenter

# In the world: a lab's network, one BIRD per configuration, one charon per configuration, each with a /run of its own.
# The rest of the script is the test's.
cat >"$TMP/start" <<'EOS'
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
ip -all netns delete
sh "$1/lab.sh"
for f in "$1"/*.bird.conf; do
	node=$(basename "$f" .bird.conf)
	ip netns exec "$node" bird -c "$f" -s "/run/$node.bird.ctl" -P "/run/$node.bird.pid"
done
for f in "$1"/*.strongswan.conf; do
	[ -e "$f" ] || continue
	node=$(basename "$f" .strongswan.conf)
	mkdir -p "/run/$node/netns"
	unshare -m sh -c 'mount --rbind /run/netns "/run/$1/netns" && mount --rbind "/run/$1" /run &&
		STRONGSWAN_CONF=$2 exec nsenter --net="/run/netns/$1" /usr/lib/ipsec/charon' - "$node" "$f" \
		>"/run/$node.out" 2>&1 &
done
sleep 1
begin_tunnels() {
	for f in "$1"/*.swanctl.conf; do
		[ -e "$f" ] || continue
		node=$(basename "$f" .swanctl.conf)
		swanctl --load-all --uri "unix:///run/$node/$node.vici" --file "$f" >/dev/null 2>&1 || echo "load $node"
	done
}
# show WHEN: protocols and routers' choices as lines "WHEN what: value".
show() {
	for ctl in /run/*.bird.ctl; do
		node=$(basename "$ctl" .bird.ctl)
		birdc -s "$ctl" show protocols | awk -v when="$1 $node" '$2 == "BGP" { print when, $1 ": " $6 }'
	done
	echo "$1 out: $(ip -n cgw1 route get 10.0.1.10 | grep -o 'dev [a-z0-9]*')"
	echo "$1 back: $(ip -n vgw1 route get 10.10.1.10 2>/dev/null | grep -o 'dev [a-z0-9]*')"
	echo "$1 ping: $(ip netns exec office ping -q -c 3 -i 0.2 -W 1 10.0.1.10 | grep -o '[0-9]* received')"
}
EOS

# prepare NAME LAB: its files and its network, in $TMP/NAME.
prepare() {
	local file

	exits_with "$1: configurations" 0 dx plan "$2" --configs "$TMP/$1" --show-keys
	dx plan "$2" >"$TMP/$1/lab.sh"
	for file in "$TMP/$1"/*.bird.conf; do
		ok "$1: BIRD takes $(basename "$file")" bird -p -c "$file"
	done
}

# in_world NAME: runs the script on standard input in a world of that lab, after the start.
in_world() {
	cat "$TMP/start" - >"$TMP/$1/script"
	run dx run dx-dedicated-1g --no-verify -- sh "$TMP/$1/script" "$TMP/$1"
	is "$1: world" "$status" 0
}

says() { ok "$1" grep -qxF -- "$2" <<<"$out"; }

prepare dx-with-vpn-backup "$root/labs/dx-with-vpn-backup.yaml"
in_world dx-with-vpn-backup <<'EOS'
begin_tunnels "$1"
sleep 15
show first
birdc -s /run/cgw1.bird.ctl show bfd sessions | awk '$2 == "vif0" { print "bfd: " $3 }'
ip -n dx1.a link set e0 down
ip -n dx1.z link set e1 down
sleep 1
show down
ip -n dx1.a link set e0 up
ip -n dx1.z link set e1 up
sleep 12
show again
EOS
for session in bgp_vif1 bgp_vpn1_t1 bgp_vpn1_t2; do
	for node in cgw1 vgw1; do
		says "backup: $session in $node" "first $node $session: Established"
	done
done
says "backup: BFD" "bfd: Up"
for line in "first out: dev vif0" "first back: dev vif0" "first ping: 3 received" \
	"down out: dev tun0" "down back: dev tun0" "down ping: 3 received" \
	"again out: dev vif0" "again back: dev vif0" "again ping: 3 received"; do
	says "backup: $line" "$line"
done

prepare two-locations "$root/labs/two-locations.yaml"
in_world two-locations <<'EOS'
sleep 12
show first
echo "path: $(birdc -s /run/cgw1.bird.ctl show route all 10.0.0.0/16 | awk '/as_path/ { print $2, $3; exit }')"
echo "to db: $(ip netns exec office ping -q -c 1 -W 1 10.1.1.10 | grep -o '[0-9]* received')"
echo "web to db: $(ip netns exec web ping -q -c 1 -W 1 10.1.1.10 | grep -o '[0-9]* received')"
ip -n dx1.a link set e0 down
ip -n dx1.z link set e1 down
sleep 1
show down
EOS
# The customer sees the Direct Connect gateway's ASN alone, and its VPCs do not see each other.
for line in "first cgw1 bgp_vif1: Established" "first cgw2 bgp_vif2: Established" "first cgw1 bgp_cgw2: Established" \
	"first dxgw1 bgp_vgw1: Established" "first vgw2 bgp_dxgw1: Established" "first out: dev vif0" \
	"first ping: 3 received" "path: 64514 " "to db: 1 received" "web to db: 0 received" "down out: dev lan" \
	"down ping: 3 received"; do
	says "two locations: $line" "$line"
done

# Static routing: the routes, and the devices, wait for their tunnel and go with it.
sed '/^expect:/,$d; s/^    profile: vpn-metro.*/&\n    routing: static\n    static_routes: [10.10.0.0\/16]/' \
	"$root/labs/vpn-only.yaml" >"$TMP/static.yaml"
prepare static "$TMP/static.yaml"
in_world static <<'EOS'
show before
begin_tunnels "$1"
sleep 3
show first
swanctl --terminate --ike vpn1-t1 --uri unix:///run/cgw1/cgw1.vici >/dev/null
sleep 1
show t1-ended
EOS
for line in "before out: " "before back: " "before ping: 0 received" "first out: dev tun0" "first back: dev tun0" \
	"first ping: 3 received" "t1-ended out: dev tun1" "t1-ended back: dev tun1" "t1-ended ping: 3 received"; do
	says "static: $line" "$line"
done

without() { ! grep -rqF -- "$1" "$2"; }

# Keys are for who asks for them.
key=$(sed -n 's/.*password "\(.*\)";.*/\1/p' "$TMP/two-locations/cgw1.bird.conf")
is "a made-up key" "${#key}" 32
is "its file's mode" "$(stat -c %a "$TMP/two-locations/cgw1.bird.conf")" 600
exits_with "masked" 0 dx plan "$root/labs/two-locations.yaml" --configs "$TMP/masked"
ok "masked: no key" without "$key" "$TMP/masked"
ok "masked: asterisks" grep -qF 'password "********"' "$TMP/masked/cgw1.bird.conf"
exits_with "another seed" 0 dx plan "$root/labs/two-locations.yaml" --configs "$TMP/other" --show-keys --seed 2
ok "another seed: another key" without "$key" "$TMP/other"

: >"$TMP/file"
exits_with "a file" 2 dx plan "$root/labs/vpn-only.yaml" --configs "$TMP/file"
exits_with "a link" 2 dx plan dx-dedicated-1g --configs "$TMP/none"
exits_with "keys of nothing" 2 dx plan "$root/labs/vpn-only.yaml" --show-keys

done_testing
