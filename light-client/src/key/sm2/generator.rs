//! Constants of the curve: its coefficient b, its order n, and the odd multiples of its generator.
//!
//! The multiples follow from the first of them; `tests.rs` computes each again with the `sm2`
//! crate. They are written out so that a fresh instance can verify at once.
//!
//! # Standard
//! GB/T 32918.5-2017: y² = x³ − 3x + b over p, generator G of prime order n.

use super::words::Words;

/// b.
#[rustfmt::skip]
pub(super) const B: Words =
    [0xddbc_bd41_4d94_0e93, 0xf397_89f5_15ab_8f92, 0x4d5a_9e4b_cf65_09a7, 0x28e9_fa9e_9d9f_5e34];

/// n.
#[rustfmt::skip]
pub(super) const ORDER: Words =
    [0x53bb_f409_39d5_4123, 0x7203_df6b_21c6_052b, 0xffff_ffff_ffff_ffff, 0xffff_fffe_ffff_ffff];

/// How many odd multiples of the generator are kept: those of a window of 8 bits.
pub(super) const ODD_MULTIPLES: usize = 64;

/// x and y of G, 3G, 5G, … 127G.
#[rustfmt::skip]
pub(super) const ODD: [[Words; 2]; ODD_MULTIPLES] = [
    [
        [0x715a_4589_334c_74c7, 0x8fe3_0bbf_f266_0be1, 0x5f99_0446_6a39_c994, 0x32c4_ae2c_1f19_8119],
        [0x02df_32e5_2139_f0a0, 0xd0a9_877c_c62a_4740, 0x59bd_cee3_6b69_2153, 0xbc37_36a2_f4f6_779c],
    ],
    [
        [0xe269_18f1_d050_9ebf, 0xa13f_6bd9_4530_2244, 0xbe2d_aa8c_db41_e24c, 0xa97f_7cd4_b3c9_93b4],
        [0xaaac_dd03_7458_f6e6, 0x7c40_0ee5_cd04_5292, 0xccc5_cec0_8a72_150f, 0x530b_5dd8_8c68_8ef5],
    ],
    [
        [0xa575_da57_cc37_2a9e, 0x344a_417b_7fce_19db, 0x040e_008f_dd5e_b77a, 0xc749_0616_6865_2e26],
        [0xa697_6eff_5fbe_6480, 0x5006_206e_b579_ff7d, 0x4504_c622_b51c_f38f, 0xf2df_5db2_d144_e945],
    ],
    [
        [0xcd27_e384_d9fc_af15, 0xa801_9833_7744_ee78, 0xfdbe_86a7_5c13_9906, 0xddf0_9255_5409_c19d],
        [0x223b_9496_57e5_2bc1, 0x0379_3770_7d6a_49a2, 0x5cd6_b6e9_c12d_2922, 0x847d_18ff_b38e_8706],
    ],
    [
        [0x1734_72a5_8cca_247e, 0xfe8d_59cb_4361_9e4f, 0x0b4a_2444_a46a_74c5, 0xa272_33f3_a595_9508],
        [0x8522_7940_922c_02e9, 0xc3a8_4331_40d1_ebca, 0x768f_7689_b210_f45f, 0x379e_72f6_3722_c924],
    ],
    [
        [0x668c_74d7_8ce2_0ace, 0x125d_cdd5_89c2_ff82, 0x7c1a_ab77_0f67_f543, 0x04b3_cb10_c9c6_d8e2],
        [0x739a_8fd8_0517_4a4b, 0x0c94_816e_63c4_bc72, 0x4918_e5c0_2e2b_0b93, 0x6351_6355_287e_39fe],
    ],
    [
        [0x2b83_4f1d_509b_9cd0, 0x7bea_65c6_421e_189e, 0xfa80_4513_275f_58aa, 0x9520_72d6_ff9c_65bd],
        [0x0389_1e10_5e00_9b00, 0x58d1_434a_e934_ba75, 0x1a47_3f8d_9748_f238, 0xe6bb_9804_458b_b70f],
    ],
    [
        [0x461b_1bbc_b80f_829c, 0x3b42_4f35_f0ec_ce4c, 0x3291_676c_38d3_9324, 0xf73b_839f_1391_2c1a],
        [0x4c35_3377_1db0_955e, 0xdc2e_788f_b170_aa14, 0x5ee9_fab9_85c1_2455, 0x32ec_7722_695d_c7cf],
    ],
    [
        [0x3696_9f8b_7712_5e6a, 0xbf51_13ab_85b5_ed44, 0x1c99_3f01_115c_57f7, 0xdd18_aa4a_ec26_eac4],
        [0xe018_0d54_d4ae_2221, 0x6cce_6001_d7c0_b853, 0x3361_493f_76fa_c50f, 0x161e_5851_969d_a822],
    ],
    [
        [0x1323_f252_e493_952a, 0xf7c9_6c55_940a_4726, 0xe2e0_586b_b5dc_9419, 0xa68b_2ec4_9d19_21d0],
        [0xfd45_20a6_3f5c_c585, 0xb95f_2de6_9200_269e, 0x933e_f442_fca7_a734, 0x96f3_61a2_3b3d_eb99],
    ],
    [
        [0xe1de_5f10_0950_c8ab, 0x5b55_1c86_a897_6933, 0x137c_bf4e_8aa5_0535, 0x6407_be63_9bc5_b738],
        [0xf945_3211_48e9_0344, 0x60fc_fd98_8fff_6dec, 0x12a9_423f_d80d_ea54, 0x141c_aee6_12e7_ab07],
    ],
    [
        [0x4dbb_2fcd_069d_45db, 0xbb57_0a9f_430e_a7f6, 0x15c0_7a8c_0422_6fe3, 0xac8d_f677_299e_8288],
        [0x7bd8_b7c8_4771_8ce5, 0x0e9b_9643_d766_da33, 0x30c4_3be6_9b23_cc14, 0xaef8_2cf3_61db_1c71],
    ],
    [
        [0x0263_b20d_539e_4139, 0x7e85_81fb_bcf5_de01, 0xce15_64c3_df7d_67ea, 0x178d_1f6b_d584_afcc],
        [0x9b49_9a7d_a782_0bf9, 0x7021_aafc_29ac_8e86, 0x53da_45ce_c1ca_ada1, 0xf575_f34e_5f6c_63c6],
    ],
    [
        [0xce37_e84f_c954_1b4b, 0x02a8_5a74_1075_4529, 0xd7a1_f169_475b_4ddf, 0xec6f_34ce_acaa_73a0],
        [0x7330_6a0f_f048_5872, 0xe607_f33b_e201_35ea, 0x6f25_1c63_fbbd_2927, 0x3c85_cf62_a744_817e],
    ],
    [
        [0x9dd4_ef42_1635_b9dc, 0xc981_6be0_68be_66db, 0x6257_73ca_e69b_be05, 0x2822_1c36_398c_4c3a],
        [0x2995_225e_66b1_62ba, 0x64c7_7a81_858d_4ca1, 0xab20_12c4_1627_cd81, 0x3b4d_172d_6963_510b],
    ],
    [
        [0xac99_5c50_66bd_aaa5, 0x27d0_53c0_f150_fe10, 0xd6b4_8259_b69e_8530, 0x08da_ae84_0b2a_43eb],
        [0x2458_b9e3_c73b_f657, 0xf7dc_3105_60bb_e83a, 0xc1b8_e581_50da_662d, 0x80cc_0a98_0495_af87],
    ],
    [
        [0x6d69_b1bd_0783_7dc9, 0x4516_41e8_455e_edb6, 0x4624_f85f_e9b7_cb83, 0xa1aa_7f4a_4280_8908],
        [0xc3c8_bd75_b5fe_25de, 0x6e67_fd81_941c_6a60, 0xeb15_fccc_6369_4830, 0x3d42_0dee_4474_99cf],
    ],
    [
        [0x5497_8644_8c4f_3f4d, 0xbaf3_0f46_38d2_231b, 0x46da_b2eb_a04a_fd78, 0x6812_6a90_b051_062b],
        [0x5a8c_e092_c6b7_c016, 0xe7fe_c898_4be5_1251, 0x35ec_f208_bdec_5980, 0x7e72_f70a_2eaf_1bf4],
    ],
    [
        [0x31f8_514d_c611_5cb5, 0x8c64_1a6c_b43a_e7da, 0x8b8f_45b5_8a12_e6cc, 0x3242_e1de_1fa4_94c5],
        [0x7dab_7b37_3c8f_551b, 0x56ab_9bcf_11b6_f25a, 0xaa27_b438_0a83_33ad, 0xcbf1_8ef2_f229_c025],
    ],
    [
        [0xcd1b_b864_637c_f4f9, 0x10e3_4d63_f48c_5ed4, 0x5b07_5be3_c412_ad03, 0xe685_7f7f_c334_5385],
        [0x1ca2_8a8e_e15f_1878, 0x5d72_2645_51d6_8eae, 0x581d_fa7d_2b4c_09e3, 0x6b61_903f_2ba0_3769],
    ],
    [
        [0x47d5_8af3_2a91_ddc2, 0x30ab_b6ea_b3f0_2921, 0x490d_f25e_43f7_3f13, 0xf537_7739_39d3_8a9b],
        [0xf909_9fa3_212d_8fc1, 0x63ae_367e_b959_d9f8, 0x8e2e_511c_ce74_be18, 0xbeb6_132d_28ff_4099],
    ],
    [
        [0x0180_bb9d_84d7_141b, 0x1349_11d8_e4bb_aaec, 0x4b92_b8f6_4e80_4905, 0x897d_a7bb_358b_6d21],
        [0x38ec_b2e5_1caf_0aae, 0x6543_e7e5_a787_f93d, 0xf571_0325_1036_4cd2, 0x995b_4a9a_20d8_8c89],
    ],
    [
        [0x3d24_524a_c4d2_c465, 0x0462_308a_30d9_d3e5, 0x4525_4a01_baae_8a2e, 0xd259_3661_cf6d_af12],
        [0x5dca_599a_be43_5bf0, 0xa169_da8a_fcb3_a620, 0x6cf1_3824_af9f_6508, 0x416b_6021_61b2_bbf6],
    ],
    [
        [0xec0d_dc2b_82cb_0747, 0xdaed_a7da_80dd_e8ce, 0x98e2_f9df_22a9_6604, 0x8ab8_5f67_eec6_7f06],
        [0xe287_4ab0_8c6c_6e2b, 0x0445_b638_1fc4_5c42, 0x53e2_9b91_b9af_d253, 0x0d90_c6f4_584c_9d15],
    ],
    [
        [0x2755_c80b_b131_6dd9, 0x787a_b24d_5a60_4fb9, 0xdf25_cd6e_045b_914d, 0x9685_13d8_03c0_a611],
        [0x60f9_fd6e_5a72_901a, 0x9a31_b57f_2e43_0478, 0x893c_927b_9668_ddd5, 0xb099_2fa2_5826_1de1],
    ],
    [
        [0x35ea_a6e3_6461_d0d3, 0x1790_5f2a_781d_e540, 0x2d53_1dd8_552f_2765, 0x01ee_b7b6_a149_4475],
        [0xb769_488b_3901_a9f3, 0x7460_ad9d_8bcc_eeb9, 0x66a2_abf1_c775_3bb8, 0xabd4_a0f7_fac6_deb4],
    ],
    [
        [0x828c_c5c0_f204_62a9, 0x6d96_e2a6_01b9_3c0e, 0x4cd0_9b8e_3970_1ff1, 0xd909_bb3b_e4c0_2cd8],
        [0x5eef_a9a3_ec3f_9511, 0x0597_7fb3_9ada_cec7, 0x5bb6_5608_aa16_f24f, 0x10d8_c2a3_b339_6bd8],
    ],
    [
        [0xc866_10f3_4f66_b3df, 0x015c_9bf0_9e75_950a, 0xcbde_1f59_82ac_e379, 0x6a13_8001_55ef_04b7],
        [0x1d09_2851_b330_25b7, 0x41d9_5d9e_4263_9ac6, 0x84f5_b140_11d0_26db, 0x2de1_cdf1_2e9c_b8c0],
    ],
    [
        [0x1233_08b4_a9c5_711a, 0x721d_d5da_cce5_bc3d, 0x2680_4860_af6a_7e95, 0x7ccb_c3bf_87cc_4d54],
        [0x5995_334c_3e24_2616, 0x3acf_b676_b987_c213, 0x1455_18b8_0573_d4c0, 0xc6eb_de08_aded_9af4],
    ],
    [
        [0xcd43_8539_68e0_f8c3, 0x9cab_4fb1_0369_ef34, 0xf5ab_a10b_a06b_efde, 0x99ff_4d8f_f311_e9a0],
        [0xd35a_aa10_1d22_c55a, 0xf2b3_1825_57bf_0529, 0xdd52_3fc5_310a_3ecf, 0x0b3c_c5a3_5c82_a6b7],
    ],
    [
        [0x0c55_16aa_7981_1c1c, 0x8869_b952_943a_29fc, 0xf382_d60f_67fc_c2e2, 0xd3a6_06c6_01b5_c66f],
        [0x0d6b_519f_677f_9e84, 0x3ef8_e988_f9e9_e6c0, 0x8726_d00e_d296_c2b3, 0x1642_9acf_62bb_2d8f],
    ],
    [
        [0x29dc_4c21_401d_787f, 0x5c4a_52f8_2ad1_0df3, 0x7048_dcd1_0cde_ce63, 0x5eee_8921_f4fc_d342],
        [0x9ffe_1197_27f7_34ae, 0xf39e_93dc_1c8b_27ad, 0x7351_6bba_d0f6_03e4, 0xb6b3_462b_6a39_a55b],
    ],
    [
        [0xcd38_2e53_ed23_ae1f, 0x7b1e_b83b_8306_ace5, 0x15a8_ecd0_63d7_26ba, 0x403b_1816_2679_c055],
        [0xd0a5_d4eb_ea56_f425, 0xdf88_2dfc_ffcc_84bc, 0x8d61_a1c8_05ef_7074, 0xeb42_ebf4_96a7_bd69],
    ],
    [
        [0xb6df_ed77_1b9c_57aa, 0xd2a7_21c4_ca59_88de, 0x4a72_eef2_c3b7_9c4a, 0x4735_ff38_7ce5_d531],
        [0x6595_b844_58e2_5402, 0x9050_829a_6000_ae69, 0x4e30_9f2a_2685_6099, 0xa8ed_2943_cca6_016f],
    ],
    [
        [0xfcfd_d7e6_29b3_cadf, 0x7739_24b2_6ef7_247d, 0xda1d_a81a_16bb_9420, 0xd25e_0cb3_5f1f_1faa],
        [0xc545_c1a7_5e45_8451, 0xabed_aafe_76dc_c117, 0x429b_67f6_ae07_3a8f, 0x6729_5cb2_e7ed_1851],
    ],
    [
        [0x09ac_c52e_d3b8_4f43, 0xb5b0_f395_5357_0b43, 0xe9f8_c0f1_1526_82a5, 0xdc53_2866_d135_9272],
        [0xa830_e1df_d379_2ce9, 0x6ad5_e7da_482f_3096, 0x0c80_e17d_ba0a_aedf, 0x306c_fc30_b3a8_5aae],
    ],
    [
        [0x99f8_edca_8af0_44d5, 0xd3cb_f433_0b84_1d22, 0xd174_131b_63b0_2eba, 0x38eb_4961_24b1_5eeb],
        [0x48a2_2e8c_fb01_2cfc, 0xf5da_2e27_8065_962b, 0xff44_03f9_200a_cae2, 0xf184_e282_b6b4_18f7],
    ],
    [
        [0xbe75_a9ca_d6bd_2300, 0x748d_b9d9_c1cb_48ba, 0xadca_fa24_a2f2_c39b, 0xea6d_56b4_6741_bf09],
        [0xc30e_ead0_2da0_9851, 0x8577_fffe_20f3_731e, 0x245a_5b85_a5e0_ebf1, 0x18e5_eead_8973_2407],
    ],
    [
        [0xeb9d_4eaa_e174_d6f2, 0x03e0_9a3a_d81d_d4ff, 0xebda_3404_ab65_4a2f, 0x5d39_c289_2dfb_220a],
        [0xf1c3_399f_db78_45ad, 0x7d97_9bb1_bce2_05b1, 0x89d1_8134_a93a_533c, 0x35b9_1f56_afed_2092],
    ],
    [
        [0xad19_5143_5957_726a, 0x2206_d089_2979_6e05, 0xd4fe_4d41_27cb_a088, 0xa162_fb5f_8af4_185f],
        [0x3427_a4e9_6c94_f67c, 0xe86e_6a15_f91a_f428, 0xb465_eb36_7ca1_0566, 0xb9e3_bb23_76a1_2196],
    ],
    [
        [0x7d1a_4a46_cbef_ccd9, 0x27f1_086e_10c8_7ee9, 0xc78c_20ae_c8a5_fdfe, 0x4da8_bbb0_f99f_fecb],
        [0xc62e_8ca1_d225_5a8e, 0x6888_bcbd_ff42_1c66, 0x4505_e94b_0635_a09e, 0xcd45_88f3_8a09_7beb],
    ],
    [
        [0x9c28_4015_2943_38fd, 0xd5e8_1534_cce4_4432, 0xcbe7_0ca2_2e5c_5807, 0x2844_9ff7_2f96_a915],
        [0xdde0_3250_3e64_423c, 0xf7bd_be24_78c4_a4d8, 0x8b7b_8d33_1850_a22f, 0x6c6d_8382_d094_06fb],
    ],
    [
        [0x481f_4161_3b55_ec09, 0xcfc6_0e29_aa07_4743, 0x58d2_9712_da50_cb69, 0x9912_f2f0_ae05_95ac],
        [0x4319_6eb3_5d95_b713, 0x76e6_a7ee_0eb0_d7f7, 0xa638_22a6_684c_88ec, 0x308d_561a_3f24_1d0e],
    ],
    [
        [0x062d_e907_d095_3ad0, 0xf804_1e0c_6f8a_9ecc, 0x6115_b8f3_de7a_86b0, 0x347d_dd33_f2a2_a793],
        [0x8e7b_cacc_3668_0035, 0x9fa9_4d3c_dc87_50a8, 0x04e8_b20d_aa55_606e, 0x5a22_80db_db9b_3752],
    ],
    [
        [0x2741_ab72_9595_80d9, 0x1cb6_2f04_ad35_3b13, 0xd083_375d_c8f7_410b, 0xaed4_6d36_3137_584e],
        [0xa3d1_bb4c_8eb5_d8f2, 0x8302_82b1_dc1d_81a1, 0x0831_08d7_1d52_fa0d, 0x3b0d_2259_6a18_13ae],
    ],
    [
        [0x68ef_1d10_a42f_776a, 0x6386_fcab_6968_8add, 0x36a5_dd89_d191_c3cb, 0x8c48_81e5_d739_3294],
        [0x66de_f514_5491_bd99, 0x0a91_c1fa_773c_3457, 0x4379_9ffb_08ef_b028, 0x85cd_cfb6_6909_2acb],
    ],
    [
        [0xef14_e81f_dd2b_364f, 0x2f55_ada2_ae0d_e459, 0x940a_f901_40a2_de69, 0xc7e7_5e9a_abf4_01bc],
        [0x47a9_ff78_8e1c_3a3a, 0x2ce3_f694_91e5_dce8, 0x81db_f7dd_e097_7adc, 0x42ba_0b11_851f_6dd9],
    ],
    [
        [0xdefe_b106_c497_60ae, 0xdad5_2aa9_8d5e_77f0, 0x0b9e_3af9_140b_5ea4, 0x6ea7_8774_ca75_19f2],
        [0xcb4a_a449_8abb_9d51, 0xa5c5_b3f4_d046_9271, 0x397a_adf7_0746_ccb3, 0xc624_e8df_fabc_c782],
    ],
    [
        [0x5033_7833_e84a_623a, 0x6d0f_0e64_adf1_0b27, 0xf302_9bda_3408_3597, 0x8204_c4bb_5cc0_7376],
        [0x5eb6_dc8d_28db_1c54, 0x08f4_2a90_0ba5_d9db, 0x9074_4ed7_4b2b_207d, 0x1e99_91f2_33d8_84f0],
    ],
    [
        [0x9bf9_efc1_b024_2cb9, 0xfdd1_f568_ad88_cea0, 0x5bd7_01ea_2ded_6b29, 0xe3ff_d278_3b71_21e1],
        [0x6301_c5c2_6b45_4d79, 0xc4d2_1c15_e28f_e4f0, 0xa2a4_b664_ef38_802e, 0x7e23_d698_181d_fdd3],
    ],
    [
        [0xde51_ba8c_bee9_bd99, 0xae5f_23f2_69f9_57cd, 0x708d_74a0_a5a6_82c7, 0x9109_7071_cb64_6e5e],
        [0x3bc3_5e10_f596_3bbc, 0xb426_789a_e226_b25e, 0xef6c_ad6c_7f12_beb6, 0xeab1_0ec9_6bac_ab69],
    ],
    [
        [0xfec6_5ffb_f9c4_2481, 0x22e8_c26b_b263_84db, 0x6be4_3bc8_9cf0_9d40, 0xbd6c_9665_5fcf_e6a2],
        [0xb626_341c_0431_1030, 0x905f_e7ef_5792_5046, 0x9509_529b_de2e_f3df, 0x7948_636b_c0cd_c7a4],
    ],
    [
        [0xbd6e_444a_134e_ac53, 0xfe0f_19b4_44f2_e570, 0xf60b_c3c2_1500_767c, 0xa850_2a4b_d10e_123e],
        [0xded8_e570_12f4_651f, 0xaeb1_b924_1eb0_4d7a, 0xd513_f05f_555f_ed42, 0xfa0c_380a_f507_ac6a],
    ],
    [
        [0x0e1e_cd9e_4646_6a47, 0xd757_ae92_795b_1541, 0xd9dc_d23a_c5c1_5de8, 0x3b3d_e051_21ff_3a36],
        [0xa116_0610_2e19_c39b, 0xd610_6c43_e6eb_5c91, 0x5ab4_ccca_cefe_e53a, 0x007b_8326_ebd1_926d],
    ],
    [
        [0xa2ec_a2c4_334f_453b, 0xf64d_9dc5_00a7_a507, 0x924a_debc_eb53_9c8a, 0xc209_a7ed_b19c_905e],
        [0x6dbb_ff18_fdc7_77c1, 0x17fd_5c29_97f8_4b5a, 0x73c3_bbc0_97fb_b941, 0xf676_81a6_300c_b02c],
    ],
    [
        [0x724c_733a_8002_56f2, 0xff39_78a5_dbd4_f083, 0x9b2a_00ed_5c8a_3916, 0x69e1_9793_abf7_a632],
        [0xcecb_6edc_ab18_57af, 0xa462_893d_3c56_4a29, 0x61c8_2e8a_6cd5_7f10, 0x3fa7_9f6c_cffe_83c8],
    ],
    [
        [0x4dbe_3930_f085_dd46, 0xe689_54af_a8bc_18b9, 0x1e20_6994_12fc_97b3, 0x2b5b_c435_66c8_182b],
        [0xe948_a5e2_6d1d_3ddc, 0xa357_30ae_4e89_9f73, 0x8187_e151_ade2_1342, 0x22dd_bfb8_4270_7e88],
    ],
    [
        [0x43dc_c5d7_3e58_5d51, 0x519f_6ad4_eebd_062b, 0x8075_4ac3_c1d7_40f1, 0xaf1f_e551_463c_5b67],
        [0x1d24_556f_f8ac_e198, 0x02b9_1a21_34d2_ee23, 0x13d1_ffba_18d5_4997, 0x5d56_aaa2_4677_0a3d],
    ],
    [
        [0xe2a6_b8f7_aa19_16bf, 0x9c66_8a4c_33a5_4663, 0x5931_9728_34a6_53b2, 0xc5e8_ca19_5ea0_274e],
        [0xa5a7_a5e9_5eab_fb91, 0xdd71_f31d_a6f7_c46e, 0x51b2_1e14_0a5f_cb76, 0x7d4d_c704_d3c8_81db],
    ],
    [
        [0x0b40_d784_6acd_93bd, 0xe92a_3100_a8aa_7d86, 0x5a90_c85c_2b95_d141, 0x42b9_57ed_f0ea_c80b],
        [0x97b2_91ba_d89c_9cf3, 0x8164_c5fc_56ad_0b3c, 0xe178_efd9_9502_3ccd, 0x0035_cde4_2dc2_cf15],
    ],
    [
        [0x7c91_dba2_fa12_9d98, 0x213e_7599_1c59_be79, 0x59f7_68c2_30bd_e513, 0x8c29_72d5_ff12_ff22],
        [0xc691_e275_dd74_75c9, 0x25f4_ac90_04ef_9825, 0xfaad_8de2_af3a_5b1a, 0x0460_afdc_2ee1_ae1c],
    ],
    [
        [0xe746_df69_c444_e173, 0xe716_b7df_6ff3_866f, 0xde7f_692c_0021_274f, 0xb5ff_42f5_c63a_693a],
        [0x1833_7000_4c00_0aa6, 0xcbb9_4a5f_3fd9_d41a, 0x5921_17ec_50ae_9cf2, 0xba6d_987f_e545_a9d9],
    ],
    [
        [0xc703_3a8e_a705_69dd, 0xf667_0a52_51e9_42ca, 0x76f0_1cc7_56a4_5ce9, 0x1219_2f6c_25bb_90b7],
        [0x5e67_d8c0_7339_7f3e, 0x5943_d66b_ca82_b331, 0x2177_d444_02e7_6b82, 0x1e24_7b0f_b581_9ef9],
    ],
    [
        [0x073a_60f7_3af7_d8b2, 0x36fc_5027_3862_bdbb, 0xcf83_91af_ee8b_886a, 0xcd30_4e07_207e_8fd6],
        [0xf712_60f3_d531_6697, 0xe8d7_1e81_ffa4_97c1, 0xa945_c9b4_2720_abae, 0x45e5_de0e_5987_e1ad],
    ],
];
