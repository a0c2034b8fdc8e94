#!/bin/sh
# vpn-metro: Site-to-Site VPN over the internet, within a metropolitan area
# The lab that dxemu builds for this link, for a kernel with sch_netem and 8021q.
# Run it as root; `ip -all netns delete` takes every named namespace away.
set -e
ip netns add onprem
ip -n onprem link set dev lo up
ip netns add cgw
ip -n cgw link set dev lo up
ip netns add a
ip -n a link set dev lo up
ip netns add z
ip -n z link set dev lo up
ip netns add vgw
ip -n vgw link set dev lo up
ip netns add vpc
ip -n vpc link set dev lo up
ip link add dev e0 netns onprem address 02:00:00:00:01:01 mtu 1500 up type veth peer name e0 netns cgw address 02:00:00:00:01:02 mtu 1500
ip -n cgw link set dev e0 up
ip link add dev e1 netns cgw address 02:00:00:00:02:01 mtu 1500 up type veth peer name e0 netns a address 02:00:00:00:02:02 mtu 1500
ip -n a link set dev e0 up
ip link add dev e1 netns a address 02:00:00:00:03:01 mtu 1500 up type veth peer name e0 netns z address 02:00:00:00:03:02 mtu 1500
ip -n z link set dev e0 up
ip link add dev e1 netns z address 02:00:00:00:04:01 mtu 1500 up type veth peer name e0 netns vgw address 02:00:00:00:04:02 mtu 1500
ip -n vgw link set dev e0 up
ip link add dev e1 netns vgw address 02:00:00:00:05:01 mtu 1500 up type veth peer name e0 netns vpc address 02:00:00:00:05:02 mtu 1500
ip -n vpc link set dev e0 up
ip netns exec onprem ethtool -K e0 tso off tx-udp-segmentation off >/dev/null
ip netns exec cgw ethtool -K e1 tso off tx-udp-segmentation off >/dev/null
ip netns exec vgw ethtool -K e0 tso off tx-udp-segmentation off >/dev/null
ip netns exec vpc ethtool -K e0 tso off tx-udp-segmentation off >/dev/null
ip -n onprem addr add 192.168.10.10/24 dev e0
ip -n cgw addr add 192.168.10.1/24 dev e0
ip -n cgw addr add 169.254.100.1/30 dev e1
ip -n vgw addr add 169.254.100.2/30 dev e0
ip -n vgw addr add 10.0.1.1/24 dev e1
ip -n vpc addr add 10.0.1.10/24 dev e0
ip -n onprem neigh add 192.168.10.1 lladdr 02:00:00:00:01:02 dev e0 nud permanent
ip -n cgw neigh add 192.168.10.10 lladdr 02:00:00:00:01:01 dev e0 nud permanent
ip -n cgw neigh add 169.254.100.2 lladdr 02:00:00:00:04:02 dev e1 nud permanent
ip -n vgw neigh add 169.254.100.1 lladdr 02:00:00:00:02:01 dev e0 nud permanent
ip -n vgw neigh add 10.0.1.10 lladdr 02:00:00:00:05:02 dev e1 nud permanent
ip -n vpc neigh add 10.0.1.1 lladdr 02:00:00:00:05:01 dev e0 nud permanent
ip -n onprem route add default via 192.168.10.1
ip -n cgw route add 10.0.0.0/16 via 169.254.100.2
ip -n vgw route add 192.168.0.0/16 via 169.254.100.1
ip -n vpc route add default via 10.0.1.1
ip netns exec cgw sysctl -qw net.ipv4.ip_forward=1
ip netns exec vgw sysctl -qw net.ipv4.ip_forward=1
ip netns exec onprem sysctl -qw 'net.ipv4.tcp_rmem=4096 131072 134217728'
ip netns exec onprem sysctl -qw 'net.ipv4.tcp_wmem=4096 131072 134217728'
ip netns exec onprem sysctl -qw net.ipv4.tcp_no_metrics_save=1
ip netns exec vpc sysctl -qw 'net.ipv4.tcp_rmem=4096 131072 134217728'
ip netns exec vpc sysctl -qw 'net.ipv4.tcp_wmem=4096 131072 134217728'
ip netns exec vpc sysctl -qw net.ipv4.tcp_no_metrics_save=1
tc -n a qdisc add dev e0 clsact
tc -n a qdisc add dev e1 clsact
tc -n z qdisc add dev e0 clsact
tc -n z qdisc add dev e1 clsact
tc -n a filter add dev e0 ingress pref 100 protocol all matchall action police mtu 1460 conform-exceed drop/pipe action mirred egress redirect dev e1
tc -n z filter add dev e0 ingress pref 100 protocol all matchall action police rate 1250mbit burst 1562500 mtu 64kb overhead 54 conform-exceed drop/pipe action police pkts_rate 140000 pkts_burst 1400 conform-exceed drop/pipe action mirred egress redirect dev e1
tc -n a qdisc replace dev e1 root handle 1: netem limit 2032 rate 500mbit 78
tc -n z qdisc replace dev e1 root handle 1: netem limit 4659 delay 4ms rate 8000gbit
tc -n z qdisc replace dev e1 parent 1:1 handle 2: netem limit 4659 loss gemodel 0.001333% 0.601795% 44.5051% 0.0001%
tc -n z filter add dev e1 ingress pref 100 protocol all matchall action police mtu 1460 conform-exceed drop/pipe action police rate 1250mbit burst 1562500 mtu 64kb overhead 54 conform-exceed drop/pipe action police pkts_rate 140000 pkts_burst 1400 conform-exceed drop/pipe action mirred egress redirect dev e0
tc -n a filter add dev e1 ingress pref 100 protocol all matchall action mirred egress redirect dev e0
tc -n z qdisc replace dev e0 root handle 1: netem limit 2032 rate 500mbit 78
tc -n a qdisc replace dev e0 root handle 1: netem limit 4659 delay 4ms rate 8000gbit
tc -n a qdisc replace dev e0 parent 1:1 handle 2: netem limit 4659 loss gemodel 0.001333% 0.601795% 44.5051% 0.0001%
