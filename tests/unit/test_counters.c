// SPDX-License-Identifier: ISC
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/util.h"
#include "netns/counters.h"

/* As Linux 6.12 writes it; some names begin with others, and protocols do, too. */
#define IP                                                                             \
	"Ip: Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams " \
	"InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes "   \
	"ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates\n"  \
	"Ip: 2 64 1000 1 20 0 300 4000 990 900 50000 600000 31 32 33 34 35 17 36\n"
#define ICMP                                                                        \
	"Icmp: InMsgs InErrors InCsumErrors OutMsgs OutErrors\nIcmp: 11 2 3 13 5\n" \
	"IcmpMsg: InType3\nIcmpMsg: 11\n"
#define TCP                                                                                  \
	"Tcp: RtoAlgorithm MaxConn InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors\n" \
	"Tcp: 1 -1 500 400 30 8 0 7\n"
#define UDP "Udp: InDatagrams NoPorts InErrors OutDatagrams\nUdp: 18446744073709551615 2 40 9\n"
#define UDPLITE "UdpLite: InDatagrams NoPorts InErrors OutDatagrams\nUdpLite: 0 0 0 0\n"

Test(counters, are_found_by_their_names)
{
	struct host_counters c;
	struct err err = { 0 };

	cr_assert_eq(snmp_parse(IP ICMP TCP UDPLITE UDP, &c, &err), 0, "%s", err.msg);
	cr_assert_eq(c.ip_errors, 654321);
	cr_assert_eq(c.ip_too_big, 17);
	cr_assert_eq(c.icmp_in, 11);
	cr_assert_eq(c.icmp_out, 13);
	cr_assert_eq(c.tcp_in, 492);
	cr_assert_eq(c.tcp_errors, 8);
	cr_assert_eq(c.udp_in, UINT64_MAX);
	cr_assert_eq(c.udp_errors, 42);
}

Test(counters, one_that_is_missing_is_named)
{
	static const struct {
		const char *text, *missing;
	} rows[] = {
		{ "", "Udp InDatagrams" },
		{ IP ICMP TCP UDPLITE, "Udp InDatagrams" },
		{ IP ICMP UDP, "Tcp InSegs" },
		{ IP ICMP TCP "Udp: InDatagrams NoPorts InErrors OutDatagrams\n", "Udp "
										  "InDatagrams" },
		{ IP ICMP TCP "Udp: InDatagrams NoPorts InErrors\nUdp: 1 2\n", "Udp InErrors" },
		{ IP ICMP TCP "Udp: InDatagrams NoPorts InErrors\nUdp: 1 x 3\n", "Udp NoPorts" },
		{ IP ICMP TCP "Udp: InDatagramsToo NoPorts\nUdp: 1 2\n", "Udp InDatagrams" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct host_counters c;
		struct err err = { 0 };

		cr_assert_eq(snmp_parse(rows[i].text, &c, &err), -EPROTO, "row %zu", i);
		cr_assert(strstr(err.msg, rows[i].missing), "row %zu: %s", i, err.msg);
	}
}

#define TCP_EXT                                                                                \
	"TcpExt: PruneCalled RcvPruned OfoPruned TCPMemoryPressures TCPMemoryPressuresChrono " \
	"TCPBacklogDrop TCPOFODrop TCPRcvQDrop\nTcpExt: 3 90 91 4 92 100 20 7\n"

Test(counters, of_what_tcp_lacked)
{
	static const struct {
		const char *text;
		int result;
	} rows[] = {
		{ TCP_EXT "IpExt: InNoRoutes\nIpExt: 5\n", 0 },
		{ "IpExt: PruneCalled\nIpExt: 5\n", -EPROTO },
		{ "TcpExt: PruneCalled TCPMemoryPressuresChrono\nTcpExt: 3 92\n", -EPROTO },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct tcp_shortage s = { 0 };
		struct err err = { 0 };

		cr_assert_eq(netstat_parse(rows[i].text, &s, &err), rows[i].result, "row %zu", i);
		cr_assert_eq(s.pruned, rows[i].result ? 0 : 3, "row %zu", i);
		cr_assert_eq(s.pressures, rows[i].result ? 0 : 4, "row %zu", i);
		cr_assert_eq(s.dropped, rows[i].result ? 0 : 127, "row %zu", i);
	}
}
