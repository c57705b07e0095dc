import fc from "fast-check";
import { expect, test } from "vitest";
import { isListed, isLocalName, isPrivateName, isPublicAddress, parsePrivateHosts } from "../../src/core/addresses.ts";

test.each(["8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.0.1", "223.255.255.255", "2606:4700::1111"])(
  "%s is public",
  (ip) => expect(isPublicAddress(ip)).toBe(true),
);

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.8",
  "192.0.2.1",
  "192.168.1.1",
  "198.18.0.1",
  "198.51.100.7",
  "203.0.113.7",
  "224.0.0.1",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::8.8.8.8",
  "64:ff9b::8.8.8.8",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "3fff::1",
  "fc00::1",
  "fd12:3456::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
])("%s is not public", (ip) => expect(isPublicAddress(ip)).toBe(false));

test.each([
  "012.0.0.1",
  "",
  "portal.example",
  "1.2.3",
  "1.2.3.256",
  "01.2.3.4.5",
  "0x7f.1",
  "[2606:4700::1]",
  "1.2.3.4 ",
])("%j is no address and therefore not public", (text) => expect(isPublicAddress(text)).toBe(false));

test("no IPv4 address becomes public by being written as IPv6", () => {
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      expect(isPublicAddress(`::ffff:${ip}`)).toBe(false);
    }),
  );
});

test("no address of a home network is public", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(octet, octet, octet, (a, b, c) => {
      expect(isPublicAddress(`10.${a}.${b}.${c}`)).toBe(false);
      expect(isPublicAddress(`192.168.${b}.${c}`)).toBe(false);
    }),
  );
});

test.each([
  ["localhost", true],
  ["LOCALHOST.", true],
  ["a.localhost", true],
  ["127.0.0.1", true],
  ["[::1]", true],
  ["8.8.8.8", false],
  ["portal.example", false],
])("%s is a private name: %s", (name, expected) => expect(isPrivateName(name)).toBe(expected));

test.each([
  ["localhost", true],
  ["intranet", true],
  ["printer.local", true],
  ["PRINTER.LOCAL.", true],
  ["metadata.google.internal", true],
  ["nas.home.arpa", true],
  ["router.lan", true],
  ["10.0.0.1", true],
  ["[fd00::1]", true],
  ["8.8.8.8", false],
  ["[2606:4700::1]", false],
  ["portal.example", false],
  ["local.example", false],
  ["notlocal.example", false],
])("%s is a local name: %s", (name, expected) => expect(isLocalName(name)).toBe(expected));

test("a list of hosts forgives blanks, cases, schemes and paths", () => {
  expect(parsePrivateHosts(" Portal.Local , https://box.lan:8443/rest/ ,, ::1, box.lan.")).toEqual([
    "portal.local",
    "box.lan:8443",
    "[::1]",
    "box.lan",
  ]);
  expect(parsePrivateHosts(undefined)).toEqual([]);
});

test.each([
  ["portal.local", ["portal.local"], true],
  ["Portal.Local:8443", ["portal.local"], true],
  ["portal.local:8443", ["portal.local:8443"], true],
  ["portal.local:8444", ["portal.local:8443"], false],
  ["portal.local", ["portal.local:8443"], false],
  ["portal.local", ["portal.local:443"], true],
  ["portal.local:8443", ["portal.local:443"], false],
  ["evil-portal.local", ["portal.local"], false],
  ["portal.local.evil.example", ["portal.local"], false],
  ["[::1]:8080", ["::1"], true],
  ["127.0.0.1:1", [], false],
  ["xn--80aswg.local:8443", ["САЙТ.local:8443"], true],
  ["xn--80aswg.local", ["сайт.local"], true],
  ["[::1]:8080", ["[0:0:0:0:0:0:0:1]:8080"], true],
])("%s in %j: %s", (host, list, expected) => expect(isListed(host, list)).toBe(expected));
