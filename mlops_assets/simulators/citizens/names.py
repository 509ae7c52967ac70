"""First names, middle names and surnames of Rajasthan, most frequent first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

MALE = """
    Ramesh Suresh Mukesh Rajesh Mahesh Rakesh Dinesh Sunil Anil Vinod Ashok Manoj Sanjay Vijay
    Rahul Deepak Mohan Gopal Kailash Jitendra Rajendra Mahendra Narendra Surendra Virendra Ravi
    Amit Ajay Pankaj Sandeep Vikas Arjun Lokesh Naresh Yogesh Prakash Om Ram Shyam Hari Bhanwar
    Madan Sohan Kishan Jagdish Shankar Hanuman Babulal Prem Bharat Laxman Ganesh Dharmendra
    Bhupendra Devendra Rohit Mohit Sachin Nitin Vishal Gaurav Saurabh Abhishek Ankit Aakash Aditya
    Akshay Alok Aman Anand Ankur Anoop Arvind Ashish Ashutosh Atul Avinash Ayush Balram Banwari
    Basant Bhagirath Bhairu Bhawani Bheem Bhola Birbal Brijesh Brijmohan Chandan Chandra Chetan
    Chhagan Chhotu Dalip Damodar Daulat Daya Devi Dhanraj Dharam Dhruv Dilip Durga Gajendra Gajraj
    Gautam Gajanand Ghanshyam Girdhari Girish Girraj Goverdhan Govind Gulab Gyan Harendra Harish
    Harsh Hemant Hemraj Himanshu Hitesh Indra Ishwar Jagat Jai Jaswant Jayesh Jeevan Jitesh
    Jogendra Kamal Kanhaiya Kapil Karan Kartik Keshav Khem Kuldeep Kunal Lalit Laxmi Likhma Madhav
    Magan Mahaveer Mangal Mangilal Manish Manohar Mayank Mithun Moti Mool Mukut Nand Narayan
    Narpat Nathu Navin Neeraj Nemi Nikhil Nilesh Nirmal Omkar Padam Parmeshwar Paras Parth Pawan
    Phool Pintu Piyush Prabhu Pradeep Prahlad Pramod Prashant Pratap Praveen Puran Pushkar
    Raghuveer Raghav Raj Rajat Rajeev Rajkumar Raman Rameshwar Ranjeet Ratan Rishabh Ritesh Roop
    Roshan Sagar Sampat Sanwar Satish Satyanarayan Sawai Shailendra Sharad Sharwan Shiv Shivam
    Shubham Shyamsundar Siddharth Sita Sukhdev Sultan Suman Sumer Sumit Suraj Surya Swaroop Tara
    Tej Trilok Tulsi Tushar Uday Udai Umed Umesh Upendra Utkarsh Vaibhav Varun Vasudev Ved Veer
    Vikram Vimal Vinay Vineet Vipin Vishnu Vivek Yash Yashwant Yuvraj
"""
FEMALE = """
    Sunita Anita Geeta Sita Santosh Kamla Vimla Manju Mamta Rekha Seema Pooja Priyanka Neha Jyoti
    Asha Usha Pushpa Shanti Kiran Sangeeta Kavita Savita Babita Lalita Sarita Lata Meena Reena
    Veena Leela Sheela Sushila Nirmala Urmila Radha Laxmi Saraswati Parvati Durga Gayatri Ganga
    Yamuna Bhagwati Saroj Suman Poonam Sonu Monika Deepika Ritu Nisha Rani Rajni Indra Indira Prem
    Maya Chanda Chandra Aarti Aakansha Aditi Alka Amba Ambika Amrita Anamika Ananya Anjali Anju
    Anjana Ankita Annu Antima Anuradha Aparna Archana Aruna Arpita Ayushi Badami Bharti Bhanwari
    Bhawana Bhuri Bhumika Bimla Bindu Chameli Champa Chandni Charu Chhavi Chhoti Damini Darshana
    Daya Deepa Deepti Devika Dhapu Dhanni Dimple Divya Dolly Ekta Fula Gaura Garima Gauri Gulab
    Gunjan Guddi Gomti Hansa Harshita Hema Hemlata Hina Isha Ishita Jamna Janki Jaya Jhuma Jasoda
    Juhi Kajal Kalawati Kali Kalpana Kamini Kanchan Kanta Karishma Karuna Kaushalya Kesar Khushbu
    Khushi Kirti Komal Krishna Kritika Kusum Lada Ladu Lali Lajwanti Laxita Madhu Madhuri Mahima
    Maina Mala Malti Mangi Manisha Mathura Meenakshi Meera Megha Minakshi Mira Mohini Mona Mooli
    Muskan Nandini Nainu Narayani Narangi Narbada Neelam Neelu Neetu Nidhi Nikita Nilima Nita Nora
    Omwati Padma Pallavi Panna Pari Payal Pinki Pista Prabha Pragya Pratibha Preeti Prerna Priya
    Puja Purnima Pyari Rachna Radhika Ragini Rajkumari Rajshree Rakhi Rama Rameshwari Ramkanya
    Ranjana Rashmi Ratan Renu Renuka Reshma Richa Riddhi Rima Ritika Riya Rohini Roopa Ruchi Rukma
    Rukmani Sakshi Samta Sandhya Sapna Sarla Saroja Satyawati Saumya Seeta Shakuntala Shalini
    Sharda Sharmila Shashi Shikha Shilpa Shivani Shobha Shraddha Shruti Shweta Simran Smita
    Snehlata Sneha Sona Sonal Sonali Sugna Sukhi Sulochana Suraj Surbhi Surekha Sushma Swati Tanu
    Tanuja Tara Teja Tina Trishna Tulsi Uma Urvashi Vaishali Vandana Varsha Vasundhara Vidhya
    Vineeta Yashoda Yogita
"""
SURNAMES = """
    Sharma Meena Gurjar Jat Singh Saini Yadav Jain Agarwal Verma Choudhary Rathore Shekhawat
    Chauhan Kumawat Prajapat Soni Joshi Vyas Purohit Bairwa Meghwal Regar Khatik Jangid Suthar Sen
    Nai Mali Gupta Mathur Bhati Solanki Panwar Parmar Rajput Rajpurohit Bishnoi Godara Saran
    Beniwal Poonia Sihag Jakhar Dhaka Mahala Khan Mohammad Sheikh Qureshi Ansari Pathan Mansuri
    Rangrez Lohar Kumhar Teli Dhobi Harijan Balai Raigar Koli Bhil Damor Garasia Kharadi Katara
    Ninama Rawat Mehra Khandelwal Maheshwari Mittal Goyal Bansal Garg Singhal Jindal Modi Oswal
    Kothari Bothra Surana Baid Bafna Lodha Mehta Bhandari Singhvi Dugar Nahar Chopra Kanwar Tanwar
    Sisodia Ranawat Chundawat Shaktawat Jhala Hada Naruka Kachhwaha Khangarot Nathawat Deora
    Songara Udawat Champawat Mertiya Inda Ujjwal Charan Barhath Detha Ratnoo Gaur Pareek Dadhich
    Sarswat Bohra Acharya Upadhyay Trivedi Dave Bhatt Pandya Ojha Shrimali Tiwari Mishra Pandey
    Shukla Dixit Pathak Chaturvedi Dubey Swami Vaishnav Das Goswami Nath Yogi Giri Puri Bharti
    Saraswat Shastri Bhardwaj Kaushik Vashishtha Gautam Bhargava Saxena Srivastava Kulshreshtha
    Nigam Arora Khurana Sethi Malhotra Kapoor Bhatia Ahuja Chawla Lalwani Motwani Sindhi Tak Bagri
    Dhakar Nagar Lodhi Kushwaha Kachhi Baghel Dangi Patidar Patel Anjana Dhanka Sansi Kanjar
    Banjara Lakhara Chhipa Darji Tailor Sunar Swarnkar Kansara Tamboli Kalal Jaiswal Rao Rana
    Bhopa Dholi Damami Bhat Jogi Nayak Bawari Sargara Jingar Mochi Valmiki Lakhera Rebari Dewasi
    Raika Jhajharia Kaswan Punia Dudi Bhamu Burdak Khichar Dotasra Mahla Nehra Kulhari Bhakar
"""
# In Rajasthan, many names are compounds written as one word: Ramlal, Bhanwarsingh, Premlata.
STEMS = "Ram Shyam Mohan Bhanwar Sohan Prem Roop Phool Nand Moti Puran Gyan Har Kishan Shiv Dev"
ENDINGS = {"M": "lal raj pal singh dev", "F": "wati lata kanta devi kala"}
MIDDLE = {"M": "Kumar Singh Lal Ram Chand Prakash Nath", "F": "Devi Kumari Bai Kanwar Bala Rani"}
# Skew of the name frequencies: the weight of the n-th name is 1 / (n + EVENNESS) ** SKEW.
EVENNESS, SKEW = 3, 1.2


def first_names(gender: str) -> list[str]:
    """About 350 first names of `gender` (M or F), most frequent first."""
    plain = (MALE if gender == "M" else FEMALE).split()
    joined = [stem + ending for ending in ENDINGS[gender].split() for stem in STEMS.split()]
    return list(dict.fromkeys(plain + joined))


def surnames() -> list[str]:
    """About 230 surnames, most frequent first."""
    return list(dict.fromkeys(SURNAMES.split()))


def drawn(names: list[str], count: int, random: np.random.Generator) -> np.ndarray:
    """Draw `count` names by Zipf's law with a flat head."""
    import numpy as np

    weights = (np.arange(len(names)) + EVENNESS) ** -SKEW
    chosen = random.choice(len(names), count, p=weights / weights.sum())
    return np.array(names, dtype=object)[chosen]
