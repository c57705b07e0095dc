/** Addresses that lead, in one spelling or another, to where nothing may be fetched from. None of them needs a resolver. */
export const PRIVATE_ADDRESSES: readonly string[] = [
  // Loopback, in every spelling that some client understands.
  ...["https://127.0.0.1/", "https://127.0.0.1./", "https://127.1/", "https://127.0.1/", "https://127.255.255.254/"],
  ...[
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
  ],
  ...["https://0x7f.1/", "https://127.0x1/", "https://0X7F.0.0.0x1/", "https://00000177.0.0.1/"],
  ...["https://１２７.０.０.１/", "https://127。0。0。1/", "https://127．0．0．1/", "https://①②⑦.⓪.⓪.①/"],
  ...["https://%31%32%37.0.0.1/", "https://127%2e0%2e0%2e1/", "https:\\\\127.0.0.1\\", "https:127.0.0.1/"],
  ...["https://12\n7.0.0.1/", "https://\t127.0.0.1/", " https://127.0.0.1/ "],
  ...[
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://a.localhost/",
    "https://ｌｏｃａｌｈｏｓｔ/",
  ],
  ...["https://[::1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[0000::0001]/", "https://[::]/"],
  // IPv4 within IPv6.
  ...["https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::ffff:8.8.8.8]/", "https://[::127.0.0.1]/"],
  ...["https://[::ffff:0:127.0.0.1]/", "https://[64:ff9b::127.0.0.1]/", "https://[64:ff9b:1::a00:1]/"],
  ...["https://[2002:7f00:1::]/", "https://[2002:a9fe:a9fe::]/", "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/"],
  // Unspecified, private, shared, link-local, metadata of clouds.
  ...["https://0.0.0.0/", "https://0/", "https://0.1.2.3/", "https://10.0.0.1/", "https://10.1/", "https://012.0.0.1/"],
  ...["https://172.16.0.1/", "https://172.31.255.255/", "https://192.168.0.1/", "https://192.168.257/"],
  ...["https://100.64.0.1/", "https://100.100.100.200/", "https://100.127.255.255/"],
  ...[
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/",
    "https://0xa9fea9fe/",
    "https://169.254.43518/",
  ],
  ...["https://0251.0376.0251.0376/", "https://[fd00:ec2::254]/", "https://[::ffff:169.254.169.254]/"],
  ...[
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1%eth0]/",
    "https://[fc00::1]/",
    "https://[fec0::1]/",
  ],
  // Multicast, broadcast, reserved, documentation, benchmarks.
  ...[
    "https://224.0.0.1/",
    "https://239.255.255.250/",
    "https://255.255.255.255/",
    "https://240.0.0.1/",
    "https://[ff02::1]/",
  ],
  ...[
    "https://192.0.0.8/",
    "https://192.0.2.1/",
    "https://198.51.100.1/",
    "https://203.0.113.1/",
    "https://198.18.0.1/",
  ],
  ...[
    "https://192.88.99.1/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[100::1]/",
    "https://[5f00::1]/",
  ],
  // Names of one's own network.
  ...["https://metadata.google.internal/", "https://printer.local/", "https://printer.local./", "https://metadata/"],
  ...["https://nas.home.arpa/", "https://router.lan/"],
  // Ways to hide the host, other schemes and ports.
  ...["https://user@pictures.example/", "https://user:pass@pictures.example/", "https://pictures.example@127.0.0.1/"],
  ...["https://pictures.example#@127.0.0.1:1/".replace("#", "%23"), "https://:pass@pictures.example/"],
  ...[
    "http://pictures.example/",
    "http://127.0.0.1/",
    "ftp://pictures.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
  ],
  ...[
    "https://pictures.example:22/",
    "https://pictures.example:6379/",
    "https://pictures.example:8443/",
    "//127.0.0.1/",
  ],
  ...[
    "data:image/png;base64,AAAA",
    "javascript:alert(1)",
    "blob:https://pictures.example/a",
    "",
    "https://",
    "https://1.2.3.4.5/",
  ],
  ...["https://256.256.256.256/", "https://1.2.3.999/", "https://[::1/", "https://pictures.example:99999/"],
];

/** What a resolver must not be able to lead to. */
export const PRIVATE_ANSWERS: readonly string[] = [
  ...["127.0.0.1", "0.0.0.0", "10.0.0.1", "100.64.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1", "224.0.0.1"],
  ...["255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1"],
  ...[
    "64:ff9b::a00:1",
    "2002:a00:1::",
    "2001::1",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
  ],
  ...["0177.0.0.1", "127.1", "2130706433", "not an address", ""],
];
